"""What events refer to, at the desk: venues and organisations."""
