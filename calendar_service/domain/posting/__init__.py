"""What an officer fills in: drafts, templates of her own, pictures, and how it went."""
