//! FAQ-4: which sessions of an account leave a room together, and how each of them learns of it. The page speaks the
//! vendor's dialect, the phones our own.

use room::{LeavePolicy, Platform};
use serde_json::json;
use testkit::{NativeClient, TestServer, VendorClient, text_body};

const SEND: &str = "group_open_http_svc.send_group_msg";
const QUIT: &str = "group_open_http_svc.quit_group";
const PHONES: [(Platform, &str); 2] = [(Platform::Android, "Android"), (Platform::Ios, "iOS")];

/// Where the account still is after it has left on `leaving`.
async fn after_leaving(policy: LeavePolicy, leaving: Platform) -> Vec<Platform> {
    let server = TestServer::with(|config| config.apps[0].leave_policy = policy).await;
    server.create_room("a").await;
    let mut page = VendorClient::member(&server, "bob", "a").await;
    let mut phones = Vec::new();
    for (platform, name) in PHONES {
        let mut phone = NativeClient::log_in_on(&server, "bob", name).await;
        assert_eq!(phone.join("a").await["already"], false);
        phones.push((platform, phone));
    }
    match phones.iter_mut().find(|(platform, _)| *platform == leaving) {
        Some((_, phone)) => drop(phone.ok(json!({"op": "leave", "room": "a"})).await),
        None => drop(page.call_ok(QUIT, json!({"GroupId": "a"})).await),
    }
    let mut there = Vec::new();
    if page.code(SEND, text_body("a", "is the page there?")).await == 0 {
        there.push(Platform::Web);
    }
    for (platform, mut phone) in phones {
        let send = json!({"op": "send", "room": "a", "random": 1, "parts": [{"text": "is the phone there?"}]});
        let id = phone.request(send).await;
        let answer = phone.answer(id).await;
        if answer["ok"]["receipt"] == "admitted" {
            there.push(platform);
            continue;
        }
        assert_eq!(answer["error"]["cause"], "not_member");
        if platform != leaving {
            // It did not leave by itself: it is told.
            let out = phone.state("the way out", |state| !state["out"].is_null()).await;
            assert_eq!(out, json!({"room": "a", "out": {"why": "left"}}));
        }
    }
    there
}

#[tokio::test]
async fn faq_4a_leaving_on_the_web_takes_the_phone_out() {
    assert_eq!(after_leaving(LeavePolicy::WebTakesAll, Platform::Web).await, []);
}

#[tokio::test]
async fn faq_4b_leaving_on_the_phone_does_not_take_the_web_out() {
    assert_eq!(
        after_leaving(LeavePolicy::WebTakesAll, Platform::Android).await,
        [Platform::Web]
    );
}

#[tokio::test]
async fn faq_4c_an_app_may_want_them_to_leave_together() {
    assert_eq!(after_leaving(LeavePolicy::AllTogether, Platform::Android).await, []);
}

#[tokio::test]
async fn faq_4d_an_app_may_want_each_for_itself() {
    let rest = after_leaving(LeavePolicy::EachForItself, Platform::Web).await;
    assert_eq!(rest, [Platform::Android, Platform::Ios]);
}
