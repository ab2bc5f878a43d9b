"""ratebook: what people run and look at."""
