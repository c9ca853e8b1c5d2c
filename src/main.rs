//! The program: hands the command line to the library.

use std::process::ExitCode;

/// The tree of a manifest is many small allocations, made on all cores; this allocator handles them several times faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    overlens::cli::run(std::env::args_os())
}
