"""What a run did, as figures and samples, and the page that shows them."""
