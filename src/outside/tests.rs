//! Fetching from local repositories, and what hostile addresses come to.
