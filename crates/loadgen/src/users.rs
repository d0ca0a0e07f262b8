//! Users with their tickets, signed before any clock starts.

use crate::{
    client::{
        conn::{Role, Wish},
        dialect::Dialect,
    },
    target::Target,
};
use std::{sync::Arc, thread};

/// Makes the wishes of a scenario's clients; each has a place of its own among them.
#[derive(Default)]
pub struct Users {
    count: usize,
}

impl Users {
    /// `count` clients with the role that `role` gives the n-th, in the room that `room` gives. Their names begin with
    /// `name`. The dialects are theirs in turn.
    pub fn of(
        &mut self,
        target: &Target,
        name: &str,
        count: usize,
        dialects: &[Dialect],
        role: impl Fn(usize) -> Role + Sync,
        room: impl Fn(usize) -> Arc<str> + Sync,
    ) -> Vec<Wish> {
        let first = self.count;
        self.count += count;
        let wish = |n: usize| {
            let role = role(n);
            // Two by two, since they are dealt to the workers in turn.
            let dialect = dialects.get(n / 2 % dialects.len().max(1)).copied();
            let named = !matches!(role, Role::Guest | Role::Bare);
            let user = if named { format!("{name}-{n}") } else { String::new() };
            Wish {
                role,
                ticket: if named { target.ticket(&user) } else { String::new() },
                user,
                room: room(n),
                dialect: dialect.unwrap_or_default(),
                n: first + n,
            }
        };
        let numbers: Vec<usize> = (0..count).collect();
        let threads = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            let parts = numbers.chunks(count.div_ceil(threads).max(1));
            let signing: Vec<_> = parts
                .map(|part| scope.spawn(|| part.iter().map(|n| wish(*n)).collect()))
                .collect();
            // A thread that panics has said so; its users are missing, and the scenario ends for want of them.
            signing
                .into_iter()
                .flat_map(|part| part.join().unwrap_or_else(|_| Vec::new()))
                .collect()
        })
    }

    /// How many there are so far.
    pub fn count(&self) -> usize {
        self.count
    }
}
