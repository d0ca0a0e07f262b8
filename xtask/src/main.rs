//! The project's own commands, for people and for CI alike: `cargo xtask demo`, `test` and `bench`.
//!
//! ```text
//! args      what was asked for            demo     a living room on this machine
//! steps     numbered steps and times      test     everything that must hold before a change lands
//! tools     what the steps need here      bench    one scenario measured and written down
//! paths     where things are              run      other programs: run to the end, or kept and ended
//! scenario  files of what is measured     server   a Plaudit server of our own
//! machine   what machine this is          fetch    one small HTTP GET
//! cache     nginx before that server      video    the demo's video, made once
//! ```
#![allow(clippy::print_stdout, reason = "a command line program talks on standard output")]

mod args;
mod bench;
mod cache;
mod demo;
mod fetch;
mod machine;
mod paths;
mod run;
mod scenario;
mod server;
mod steps;
mod test;
mod tools;
mod video;

use std::process::ExitCode;

use args::Task;

fn main() -> ExitCode {
    let outcome = run::hear_signals().and_then(|()| match args::read(std::env::args().skip(1))? {
        Task::Help => {
            print!("{}", args::HELP);
            Ok(())
        }
        Task::Demo(wish) => demo::run(&wish),
        Task::Test(wish) => test::run(&wish),
        Task::Bench(wish) => bench::run(&wish),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("\n{trouble:#}");
            ExitCode::FAILURE
        }
    }
}
