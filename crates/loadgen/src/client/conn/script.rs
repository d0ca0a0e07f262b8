//! What a client does, by its role: logs in, joins, polls, talks, comes and goes.

use super::{Conn, EMPTY_POLLS, POLL_PAUSE, POLL_PAUSE_FAILED, POLL_PAUSE_LONG, Role, Stage, Talk, Talking, message};
use crate::{
    client::{frame, wire, worker::Tools},
    target::now_us,
};
use std::time::Instant;

impl Conn {
    pub(super) fn log_in(&mut self, tools: &mut Tools) {
        if self.wish.role == Role::Guest {
            // Comes back with his key for polling, and without anything else.
            return if self.polling.is_some() {
                self.ready(tools)
            } else {
                self.join(tools)
            };
        }
        self.stage = Stage::LoggingIn;
        self.ask(tools, wire::LOGIN, wire::LOGIN_BODY);
    }

    pub(super) fn logged_in(&mut self, tools: &mut Tools) {
        // Whoever comes back does not join again (web-sdk-wire.md 2.2).
        let stays_out = self.wish.role == Role::Churner { inside: false };
        if self.inside || stays_out || self.wish.room.is_empty() {
            self.ready(tools);
        } else {
            self.join(tools);
        }
    }

    pub(super) fn join(&mut self, tools: &mut Tools) {
        self.stage = Stage::Joining;
        let servcmd = if self.wish.role == Role::Guest {
            wire::JOIN_AS_GUEST
        } else {
            wire::JOIN
        };
        let body = format!(r#"{{"GroupId":"{}","WebPushFlag":1}}"#, self.wish.room);
        self.ask(tools, servcmd, &body);
    }

    pub(super) fn ready(&mut self, tools: &mut Tools) {
        self.stage = Stage::Ready;
        self.tries = 0;
        tools.opening = tools.opening.saturating_sub(1);
        let took = self.began.elapsed().as_micros() as u64;
        tools.seen.steps_us.saturating_record(took.max(1));
        tools.server.shared.one_more_ready();
        if self.polling.is_some() {
            self.poll(tools);
        }
    }

    /// Asks, and awaits the answer.
    pub(super) fn ask(&mut self, tools: &mut Tools, servcmd: &str, body: &str) {
        self.awaited = self.number + 1;
        self.say(tools, servcmd, body);
    }

    /// Asks; the answer does not matter, or is known by what it is.
    pub(super) fn say(&mut self, tools: &mut Tools, servcmd: &str, body: &str) {
        self.number += 1;
        let app = tools.server.app;
        let document = match &self.who {
            Some(who) => wire::with_key(servcmd, self.number, app, who, body),
            None => wire::with_ticket(servcmd, self.number, app, &self.wish.user, &self.wish.ticket, body),
        };
        let frame = frame::masked(frame::BINARY, document.as_bytes());
        self.write(tools, &frame);
    }

    pub(super) fn poll(&mut self, tools: &mut Tools) {
        let Some(polling) = &self.polling else { return };
        let body = wire::poll_body(&polling.key, polling.next);
        let servcmd = if self.wish.role == Role::Guest {
            wire::POLL_AS_GUEST
        } else {
            wire::POLL
        };
        self.ask(tools, servcmd, &body);
    }

    pub(super) fn polled(&mut self, tools: &mut Tools, document: &[u8], wire_bytes: usize, code: u64) {
        let Some(polling) = &mut self.polling else { return };
        self.awaited = 0;
        let pause = if code == 0 {
            tools.seen.counts.polls += 1;
            if let Some(key) = wire::text_after(document, "\"Key\":\"") {
                key.clone_into(&mut polling.key);
            }
            polling.next = wire::number_after(document, "\"NextSeq\":").unwrap_or(polling.next);
            let told = tools.reader.look(document);
            polling.empty = if told.seqs.is_empty() { polling.empty + 1 } else { 0 };
            tools.seen.hear(&mut self.place, &told, true, wire_bytes, now_us());
            if polling.empty < EMPTY_POLLS {
                POLL_PAUSE
            } else {
                POLL_PAUSE_LONG
            }
        } else {
            tools.seen.counts.polls_failed += 1;
            POLL_PAUSE_FAILED
        };
        tools.wake_at(Instant::now() + pause, self.token);
    }

    /// Its timer: the next try, poll or message is due.
    pub fn on_timer(&mut self, tools: &mut Tools) {
        match self.stage {
            Stage::Waiting => tools.line.push_back(self.token),
            Stage::Ready if self.talking.is_some() => self.speak(tools),
            Stage::Ready if self.polling.is_some() && self.awaited == 0 => self.poll(tools),
            _ => {}
        }
    }

    /// From now on it speaks.
    pub fn talk(&mut self, tools: &mut Tools, talk: Talk) {
        if self.wish.role != Role::Talker || self.stage != Stage::Ready {
            return;
        }
        let share = (self.wish.n as u64 * 7_919) % 1_000;
        let offset = talk.every.mul_f64(share as f64 / 1_000.0);
        tools.wake_at(talk.began + offset, self.token);
        self.talking = Some(Box::new(Talking { talk, offset, said: 0 }));
    }

    pub(super) fn speak(&mut self, tools: &mut Tools) {
        let Some(talking) = &mut self.talking else { return };
        let Talk {
            began,
            began_us,
            every,
            messages,
            text_bytes,
        } = talking.talk;
        let mut due = Vec::new();
        while talking.said < messages {
            let after = talking.offset + every.mul_f64(talking.said as f64);
            if began + after > Instant::now() {
                tools.wake_at(began + after, self.token);
                break;
            }
            talking.said += 1;
            due.push((began_us + after.as_micros() as u64, talking.said));
        }
        for (due_us, n) in due {
            let body = message(
                &self.wish.room,
                due_us,
                (self.wish.n as u64) << 16 | n,
                text_bytes,
                "Normal",
            );
            self.say(tools, wire::SEND, &body);
        }
    }

    /// Joins when it is outside and leaves when it is inside. Says false when the last time is not over yet.
    pub fn toggle(&mut self, tools: &mut Tools) -> bool {
        if self.stage != Stage::Ready {
            return false;
        }
        self.stage = Stage::Toggling;
        self.began = Instant::now();
        let servcmd = if self.inside { wire::LEAVE } else { wire::JOIN };
        let body = format!(r#"{{"GroupId":"{}","WebPushFlag":1}}"#, self.wish.room);
        self.ask(tools, servcmd, &body);
        true
    }

    pub(super) fn toggled(&mut self, tools: &mut Tools, code: u64) {
        self.stage = Stage::Ready;
        let counts = &mut tools.seen.counts;
        if code != 0 {
            counts.churn_failed += 1;
            tools.server.shared.note(&format!("join or leave: {code}"));
            return;
        }
        self.inside = !self.inside;
        self.place.forget();
        if self.inside {
            counts.joins += 1;
        } else {
            counts.leaves += 1;
        }
        let took = self.began.elapsed().as_micros() as u64;
        tools.seen.steps_us.saturating_record(took.max(1));
    }
}
