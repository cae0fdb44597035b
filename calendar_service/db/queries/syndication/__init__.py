"""What feeds ask: which version, which events, which kept texts, who follows."""
