"""An event on its officers' desk: where it stands, its dates, who does it jointly, its history."""
