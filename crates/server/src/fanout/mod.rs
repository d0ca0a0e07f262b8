//! From the ledger to the viewers. Map: [`feed`] what a room's viewers are told, and who waits for it · [`run`] the
//! task that carries news from the ledger to the feeds · [`slices`] what a room says, cut into seconds · [`news`] what is new, once for each dialect · [`parts`] messages in our own
//! protocol · [`dialect`] frames in the forms that connections want.

pub mod dialect;
pub mod feed;
pub mod news;
pub mod parts;
mod run;
pub mod slices;

pub use run::run;
