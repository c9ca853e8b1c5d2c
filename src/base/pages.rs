//! The size of the pages in which the system gives memory to this process.

/// Goes without large pages from now on; memory that is there stays as it is. On systems other than Linux, and where there are
/// none, nothing happens.
///
/// Large pages (`transparent_hugepage`) pay where all of each is used soon, as when a whole fleet is rendered once. Programs that
/// this one starts go without them, too.
pub fn use_small_pages() {
    #[cfg(target_os = "linux")]
    rustix::thread::disable_transparent_huge_pages(true).ok();
}
