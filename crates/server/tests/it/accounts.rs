//! Accounts and login states (rest-api.md section 3).

use serde_json::{Value, json};
use testkit::{TestServer, VendorClient, eventually};

const IMPORT: &str = "im_open_login_svc/account_import";
const IMPORT_MANY: &str = "im_open_login_svc/multiaccount_import";
const CHECK: &str = "im_open_login_svc/account_check";
const DELETE: &str = "im_open_login_svc/account_delete";
const KICK: &str = "im_open_login_svc/kick";

async fn code(server: &TestServer, command: &str, body: Value) -> i64 {
    server.rest(command, body).await["ErrorCode"].as_i64().unwrap()
}

async fn state_of(server: &TestServer, user: &str) -> String {
    let answer = server.rest_ok(CHECK, json!({"CheckItem": [{"UserID": user}]})).await;
    answer["ResultItem"][0]["AccountStatus"].as_str().unwrap().to_owned()
}

async fn nick_and_face(server: &TestServer, user: &str) -> (Value, Value) {
    let tags = ["Tag_Profile_IM_Nick", "Tag_Profile_IM_Image"];
    let answer = server
        .rest_ok("profile/portrait_get", json!({"To_Account": [user], "TagList": tags}))
        .await;
    let items = answer["UserProfileItem"][0]["ProfileItem"].as_array().unwrap().clone();
    let value = |tag: &str| {
        let item = items.iter().find(|item| item["Tag"] == tag);
        item.map(|item| item["Value"].clone()).unwrap_or_default()
    };
    (value(tags[0]), value(tags[1]))
}

fn names(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("user{i}")).collect()
}

#[tokio::test]
async fn account_import_makes_an_account_and_updates_it_the_second_time() {
    let server = TestServer::start().await;
    assert_eq!(state_of(&server, "alice").await, "NotImported");
    server
        .rest_ok(
            IMPORT,
            json!({"UserID": "alice", "Nick": "Alice", "FaceUrl": "http://x/a.png"}),
        )
        .await;
    assert_eq!(state_of(&server, "alice").await, "Imported");
    assert_eq!(
        nick_and_face(&server, "alice").await,
        (json!("Alice"), json!("http://x/a.png"))
    );
    server.rest_ok(IMPORT, json!({"UserID": "alice", "Nick": "Al"})).await;
    assert_eq!(
        nick_and_face(&server, "alice").await,
        (json!("Al"), json!("http://x/a.png")),
        "what is not given stays"
    );
    server.rest_ok(IMPORT, json!({"Identifier": "older"})).await;
    assert_eq!(state_of(&server, "older").await, "Imported", "the oldest spelling");
}

#[tokio::test]
async fn account_import_checks_its_fields() {
    let server = TestServer::start().await;
    let (fits, long) = ("x".repeat(500), "x".repeat(501));
    for (body, expected) in [
        (json!({}), 70402),
        (json!({"UserID": null}), 70402),
        (json!({"UserID": ""}), 70402),
        (json!({"UserID": 7}), 60015),
        (json!({"UserID": ["a"]}), 60015),
        (json!({"UserID": "a".repeat(32)}), 0),
        (json!({"UserID": "a".repeat(33)}), 70402),
        (json!({"UserID": "名"}), 70402),
        (json!({"UserID": "tab\tbed"}), 70402),
        (json!({"UserID": "@TIM#SYSTEM"}), 70402),
        (json!({"UserID": "@RBT#1"}), 70402),
        (json!({"UserID": "alice", "Nick": 7}), 70402),
        (json!({"UserID": "alice", "FaceUrl": {}}), 70402),
        (json!({"UserID": "alice", "Nick": long}), 40601),
        (json!({"UserID": "alice", "FaceUrl": long}), 40601),
        (json!({"UserID": "bob", "Nick": fits, "FaceUrl": fits}), 0),
    ] {
        assert_eq!(code(&server, IMPORT, body.clone()).await, expected, "{body}");
    }
    assert_eq!(
        state_of(&server, "alice").await,
        "NotImported",
        "a refused import makes nothing"
    );
}

#[tokio::test]
async fn multiaccount_import_takes_both_forms_and_names_what_failed() {
    let server = TestServer::start().await;
    let old = server.rest_ok(IMPORT_MANY, json!({"Accounts": ["a", "名", "b"]})).await;
    assert_eq!(old["FailAccounts"], json!(["名"]));
    let new =
        json!({"AccountList": [{"UserID": "host1", "Nick": "Host", "FaceUrl": "http://x/h.png"}, {"UserID": "fan7"}]});
    assert_eq!(server.rest_ok(IMPORT_MANY, new).await["FailAccounts"], json!([]));
    for user in ["a", "b", "host1", "fan7"] {
        assert_eq!(state_of(&server, user).await, "Imported", "{user}");
    }
    assert_eq!(
        nick_and_face(&server, "host1").await,
        (json!("Host"), json!("http://x/h.png"))
    );
    let list: Vec<_> = names(101).iter().map(|name| json!({"UserID": name})).collect();
    for (body, expected) in [
        (json!({}), 70402),
        (json!({"Accounts": "a"}), 70402),
        (json!({"Accounts": []}), 70206),
        (json!({"Accounts": names(100)}), 0),
        (json!({"Accounts": names(101)}), 70206),
        (json!({"AccountList": list[..100]}), 0),
        (json!({"AccountList": list}), 70206),
        (json!({"AccountList": [{"UserID": 7}]}), 60015),
        (json!({"AccountList": [{"Nick": "n"}]}), 70402),
        (json!({"AccountList": ["a"]}), 70402),
        (
            json!({"AccountList": [{"UserID": "c", "Nick": "x".repeat(501)}]}),
            40601,
        ),
    ] {
        assert_eq!(code(&server, IMPORT_MANY, body.clone()).await, expected, "{body}");
    }
}

#[tokio::test]
async fn account_check_tells_imported_from_not_imported() {
    let server = TestServer::start().await;
    server.import(&["alice"]).await;
    let answer = server
        .rest_ok(
            CHECK,
            json!({"CheckItem": [{"UserID": "alice"}, {"UserID": "bob"}, {"UserID": "名"}]}),
        )
        .await;
    let item =
        |user: &str, status: &str| json!({"UserID": user, "ResultCode": 0, "ResultInfo": "", "AccountStatus": status});
    assert_eq!(
        answer["ResultItem"],
        json!([
            item("alice", "Imported"),
            item("bob", "NotImported"),
            item("名", "NotImported")
        ])
    );
    let list: Vec<_> = names(101).iter().map(|name| json!({"UserID": name})).collect();
    for (body, expected) in [
        (json!({}), 70402),
        (json!({"CheckItem": "alice"}), 70402),
        (json!({"CheckItem": [{}]}), 70402),
        (json!({"CheckItem": [{"UserID": 7}]}), 60015),
        (json!({"CheckItem": list[..100]}), 0),
        (json!({"CheckItem": list}), 70206),
    ] {
        assert_eq!(code(&server, CHECK, body.clone()).await, expected, "{body}");
    }
}

#[tokio::test]
async fn account_delete_ends_accounts_and_names_the_unknown() {
    let server = TestServer::start().await;
    server
        .rest_ok(IMPORT, json!({"UserID": "alice", "Nick": "Alice"}))
        .await;
    let answer = server
        .rest_ok(DELETE, json!({"DeleteItem": [{"UserID": "alice"}, {"UserID": "bob"}]}))
        .await;
    assert_eq!(
        answer["ResultItem"],
        json!([
            {"ResultCode": 0, "ResultInfo": "", "UserID": "alice"},
            {"ResultCode": 70107, "ResultInfo": "Err_TLS_PT_Open_Login_Account_Not_Exist", "UserID": "bob"},
        ])
    );
    assert_eq!(state_of(&server, "alice").await, "NotImported");
    server.import(&["alice"]).await;
    assert_eq!(
        nick_and_face(&server, "alice").await.0,
        json!(""),
        "another account of the same name"
    );
    let list: Vec<_> = names(101).iter().map(|name| json!({"UserID": name})).collect();
    for (body, expected) in [
        (json!({}), 70402),
        (json!({"DeleteItem": {"UserID": "alice"}}), 70402),
        (json!({"DeleteItem": [{"UserID": 7}]}), 60015),
        (json!({"DeleteItem": list[..100]}), 0),
        (json!({"DeleteItem": list}), 70206),
    ] {
        assert_eq!(code(&server, DELETE, body.clone()).await, expected, "{body}");
    }
    assert_eq!(
        state_of(&server, "alice").await,
        "Imported",
        "a refused call deletes nothing"
    );
}

#[tokio::test]
async fn kick_is_for_one_account_that_exists() {
    let server = TestServer::start().await;
    server.import(&["alice"]).await;
    for (body, expected) in [
        (json!({"UserID": "alice"}), 0),
        (json!({"Identifier": "alice"}), 0),
        (json!({"UserID": "nobody"}), 70107),
        (json!({"UserID": "名"}), 70402),
        (json!({}), 70402),
        (json!({"UserID": ["alice"]}), 60015),
    ] {
        assert_eq!(code(&server, KICK, body.clone()).await, expected, "{body}");
    }
}

#[tokio::test]
async fn the_login_state_is_told_under_both_names_and_in_both_spellings() {
    let server = TestServer::start().await;
    server.import(&["bob"]).await;
    let alice = VendorClient::log_in(&server, "alice").await;
    for command in ["openim/query_online_status", "openim/querystate"] {
        let body = json!({"To_Account": ["alice", "bob", "nobody", "名"]});
        let answer = server.rest_ok(command, body).await;
        assert_eq!(
            answer["QueryResult"],
            json!([
                {"To_Account": "alice", "State": "Online", "Status": "Online"},
                {"To_Account": "bob", "State": "Offline", "Status": "Offline"},
            ])
        );
        assert_eq!(
            answer["ErrorList"],
            json!([{"To_Account": "nobody", "ErrorCode": 70107}, {"To_Account": "名", "ErrorCode": 70107}])
        );
    }
    let detailed = json!({"To_Account": ["alice"], "IsNeedDetail": 1});
    let answer = server.rest_ok("openim/query_online_status", detailed).await;
    assert_eq!(
        answer["QueryResult"][0]["Detail"],
        json!([{"Platform": "Web", "Status": "Online"}])
    );
    alice.cut();
    eventually("alice to be offline", async || {
        let answer = server
            .rest_ok("openim/querystate", json!({"To_Account": ["alice"]}))
            .await;
        (answer["QueryResult"][0]["Status"] == "Offline").then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_login_state_command_checks_its_fields() {
    let server = TestServer::start().await;
    for (body, expected) in [
        (json!({}), 90003),
        (json!({"To_Account": "alice"}), 90003),
        (json!({"To_Account": [7]}), 90003),
        (json!({"To_Account": names(500)}), 0),
        (json!({"To_Account": names(501)}), 90011),
    ] {
        for command in ["openim/query_online_status", "openim/querystate"] {
            assert_eq!(code(&server, command, body.clone()).await, expected, "{command} {body}");
        }
    }
}
