"""The store: types, mixins, engines and the revision a read sees."""
