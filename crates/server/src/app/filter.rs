//! What may be said in a room: words, links, repeats (decision 5). Only the texts of text elements are looked at. Words
//! hold for all members; links and repeats for ordinary ones; a backend is trusted.

use super::{
    AppError,
    send::{Case, Speaker},
};
use room::{Content, Message, UserId, links, rules::WordsRule, words};
use std::hash::{DefaultHasher, Hash, Hasher};
use tim::elements;

/// Who said what, in short.
pub(super) type Saying = (UserId, u64);

impl Case {
    /// Answers the message as it may be said.
    pub(super) fn filter(&mut self, mut message: Message) -> Result<Message, AppError> {
        let Speaker::Member(session) = &self.speaker else {
            return Ok(message);
        };
        let (user, record) = (session.user.user.clone(), self.room.record());
        let (rules, ordinary) = (&record.rules, !record.may_edit(&user));
        let list = self.app.words.of(self.room.key.app);
        let list = list.filter(|_| rules.words != WordsRule::Off);
        if list.is_none() && !(ordinary && (rules.refuse_links || rules.repeat_s > 0)) {
            return Ok(message);
        }
        let texts = elements::texts(&message.content.elements);
        if ordinary && rules.refuse_links && texts.iter().any(|text| links::has_link(text)) {
            return Err(AppError::Link);
        }
        if let Some(list) = list {
            if rules.words == WordsRule::Block && texts.iter().any(|text| list.has(text)) {
                return Err(AppError::BadWord);
            }
            let masked = elements::rewrite_texts(&message.content.elements, |text| list.mask(text));
            if let Some(masked) = masked {
                message.content.elements = masked.into();
                let bytes = message.content.size_bytes();
                if bytes > Content::BYTES_MAX {
                    return Err(AppError::TooLong { bytes });
                }
            }
        }
        if ordinary && rules.repeat_s > 0 {
            self.refuse_repeat(user, &texts, u64::from(rules.repeat_s) * 1000)?;
        }
        Ok(message)
    }

    fn refuse_repeat(&mut self, user: UserId, texts: &[String], every_ms: u64) -> Result<(), AppError> {
        let gist = words::gist(&texts.concat());
        if gist.is_empty() {
            return Ok(());
        }
        let mut hash = DefaultHasher::new();
        gist.hash(&mut hash);
        let (saying, now) = ((user, hash.finish()), self.app.clock.now());
        let said = self.room.said.lock().happen(&saying, every_ms, now);
        said.map_err(|wait_ms| AppError::Repeated {
            wait_s: wait_ms.div_ceil(1000),
        })?;
        self.said = Some((saying, now));
        Ok(())
    }
}
