"""The talking part of banshi: channels, conversation and handlers over the item store and knowledge."""
