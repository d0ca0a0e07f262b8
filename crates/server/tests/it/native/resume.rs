//! Promise 3 as a property: whatever happens to viewers and server, and in whatever order, a viewer has every message
//! once and in order, or was told which he has not; and he is told so only where the server cannot know better.

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use testkit::{NativeClient, Seen, TestServer};

/// As many entries as a room of these tests keeps: the least that can be configured.
const KEPT: usize = 50;
const VIEWERS: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    /// So many messages are said.
    Say(u8),
    /// A viewer reads what has come.
    Read(usize),
    /// A viewer's connection is lost; it may have been already.
    Lose(usize),
    /// A viewer comes back, or comes back again although nothing was lost.
    Return(usize),
    /// A message that was said is taken back: so many before the last.
    TakeBack(u8),
    /// The server stops and starts.
    Restart,
    /// The server is killed and starts.
    Crash,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let viewer = 0..VIEWERS;
    let step = prop_oneof![
        6 => (1u8..12).prop_map(Step::Say),
        1 => (40u8..70).prop_map(Step::Say),
        4 => viewer.clone().prop_map(Step::Read),
        4 => viewer.clone().prop_map(Step::Lose),
        6 => viewer.prop_map(Step::Return),
        2 => (0u8..10).prop_map(Step::TakeBack),
        1 => Just(Step::Restart),
        1 => Just(Step::Crash),
    ];
    proptest::collection::vec(step, 1..25)
}

/// A viewer, connected or not, and whether he may be told that something is not to be had.
struct Viewer {
    /// Nothing only for a moment, while he comes back.
    client: Option<NativeClient>,
    may_miss: bool,
    since: u64,
}

struct World {
    server: TestServer,
    viewers: Vec<Viewer>,
    said: Vec<(u64, String)>,
    taken_back: Vec<u64>,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::with(|config| {
            config.rooms.history_entries = KEPT;
            config.rooms.join_tips = false;
            config.hub.tick_ms = 5;
        })
        .await;
        server.create_room("a").await;
        let mut viewers = Vec::new();
        for n in 0..VIEWERS {
            let client = NativeClient::member(&server, &format!("v{n}"), "a").await;
            viewers.push(Viewer {
                since: client.rooms["a"].seq,
                client: Some(client),
                may_miss: false,
            });
        }
        Self {
            server,
            viewers,
            said: Vec::new(),
            taken_back: Vec::new(),
        }
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Say(count) => {
                for _ in 0..count {
                    let text = format!("m{}", self.said.len());
                    let seq = self.server.say("a", &text).await;
                    self.said.push((seq, text));
                }
            }
            Step::Read(at) => {
                let client = self.viewers[at].client.as_mut().unwrap();
                if client.is_there() {
                    client.catch_up().await;
                }
            }
            Step::Lose(at) => self.viewers[at].client.as_mut().unwrap().cut(),
            Step::Return(at) => self.come_back(at).await,
            Step::TakeBack(before) => {
                let Some((seq, _)) = self.said.iter().rev().nth(usize::from(before)) else {
                    return;
                };
                let what = serde_json::json!({"GroupId": "a", "MsgSeqList": [{"MsgSeq": seq}]});
                let answer = self.server.rest_ok("group_open_http_svc/group_msg_recall", what).await;
                if answer["RecallRetList"][0]["RetCode"] == 0 {
                    self.taken_back.push(*seq);
                }
            }
            Step::Restart => {
                self.server.restart().await;
                self.all_lost(false);
            }
            Step::Crash => {
                self.server.crash_and_restart().await;
                self.all_lost(true);
            }
        }
    }

    fn all_lost(&mut self, crash: bool) {
        // What was taken back leaves a hole in what is read from disk; the server cannot know that it is none.
        let unsure = crash || !self.taken_back.is_empty();
        for viewer in &mut self.viewers {
            viewer.may_miss |= unsure;
            viewer.client.as_mut().unwrap().cut();
        }
    }

    async fn come_back(&mut self, at: usize) {
        let viewer = &mut self.viewers[at];
        let client = viewer.client.take().unwrap();
        let place = client.rooms["a"].seq;
        let after = self.said.iter().filter(|(seq, _)| *seq > place).count();
        // Deletions are entries too.
        viewer.may_miss |= after + self.taken_back.len() > KEPT;
        viewer.client = Some(client.come_back(&self.server).await);
    }

    /// Everybody comes back and reads to the end; then the accounts are looked at.
    async fn end(mut self) {
        let last = self.server.say("a", "the end").await;
        self.said.push((last, "the end".to_owned()));
        for at in 0..VIEWERS {
            self.come_back(at).await;
            let Viewer {
                client,
                may_miss,
                since,
            } = &mut self.viewers[at];
            let client = client.as_mut().unwrap();
            let seen = &client.rooms["a"];
            if !seen.holes.iter().any(|(_, to)| *to >= last) {
                client.hears("a", "the end").await;
            }
            let (seen, since, may_miss) = (client.rooms["a"].clone(), *since, *may_miss);
            self.said_or_told(&seen, since, may_miss);
        }
    }

    fn said_or_told(&self, seen: &Seen, since: u64, may_miss: bool) {
        let seqs: Vec<_> = seen.events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
        assert!(seqs.is_sorted_by(|a, b| a < b), "in order, and nothing twice: {seqs:?}");
        for (seq, text) in self.said.iter().filter(|(seq, _)| *seq > since) {
            let event = seen.events.iter().find(|event| event["seq"] == *seq);
            let told = seen.holes.iter().any(|(from, to)| (from..=to).contains(&seq));
            match event {
                Some(event) => assert_eq!(event["parts"][0]["text"], *text),
                None => assert!(told || self.taken_back.contains(seq), "{seq} is missing in silence"),
            }
        }
        assert!(
            may_miss || seen.holes.is_empty(),
            "nothing had to be missed: {:?}",
            seen.holes
        );
    }
}

#[test]
fn whatever_happens_a_viewer_has_every_message_or_knows_which_he_has_not() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let config = Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    };
    let run = TestRunner::new(config).run(&steps(), |steps| {
        runtime.block_on(async {
            let mut world = World::new().await;
            for step in steps {
                world.step(step).await;
            }
            world.end().await;
        });
        Ok(())
    });
    run.unwrap();
}
