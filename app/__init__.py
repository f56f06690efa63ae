"""Foreign Policy API: dated, evidenced facts about states, organizations, events and agreements."""
