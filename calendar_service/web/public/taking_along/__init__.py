"""The agenda taken along: followed, by mail, inside another site."""
