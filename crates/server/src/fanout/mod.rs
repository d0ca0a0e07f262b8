//! From the ledger to the viewers. Map: [`feed`] what a room's viewers are told, and who waits for it · [`run`] the
//! task that carries news from the ledger to the feeds · [`dialect`] frames in the forms that connections want.

pub mod dialect;
pub mod feed;
mod run;

pub use run::run;
