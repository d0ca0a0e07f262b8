//! What the server says about itself: [`logs`] for people who ask what happened, [`metrics`] for people who ask how
//! it is going.

mod labels;
pub mod logs;
pub mod metrics;
mod record;
