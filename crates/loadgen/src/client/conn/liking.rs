//! What a liker does, and what it is answered.

use super::Conn;
use crate::client::{dialect::Request, native, worker::Tools};

impl Conn {
    pub(super) fn like(&mut self, tools: &mut Tools, taps: u64, asks: bool) {
        let Some(liked) = &mut self.liked else { return };
        liked.taps += taps;
        tools.seen.counts.like_frames += 1;
        tools.seen.counts.taps += taps;
        self.number += u64::from(asks);
        let (room, number) = (self.wish.room.clone(), asks.then_some(self.number));
        self.send(tools, number, &Request::Like { room: &room, taps });
    }

    /// Asks how many of its likes count; [`Conn::liked`] tells when the answer is there.
    pub fn ask_likes(&mut self, tools: &mut Tools) {
        let Some(liked) = &mut self.liked else { return };
        liked.mine = None;
        let room = self.wish.room.clone();
        self.ask(tools, &Request::Likes { room: &room });
    }

    pub(super) fn like_answered(
        &mut self,
        tools: &mut Tools,
        document: &[u8],
        is_awaited: bool,
        refusal: Option<String>,
    ) {
        let Some(liked) = &mut self.liked else { return };
        if let Some(why) = refusal {
            tools.seen.counts.refused += 1;
            tools.server.shared.note(&format!("a like: {why}"));
        } else if is_awaited {
            liked.mine = native::mine(document);
        } else if let Some((counted, refused)) = native::counted(document) {
            tools.seen.counts.taps_counted += counted;
            tools.seen.counts.taps_refused += refused;
        }
    }
}
