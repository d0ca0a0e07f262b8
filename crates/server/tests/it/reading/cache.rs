//! Slices behind Debian's nginx, with the configuration that `deploy/nginx-slices.conf` gives to operators. The only test with a
//! clock of its own: nginx's cannot be moved.

use serde_json::json;
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use testkit::{SliceReader, TestServer, eventually};
use tokio::sync::watch;

/// How many read through the cache. The run with 5,000 is a scenario of the benchmark (decision 35).
const READERS: usize = 200;
/// For how long they read.
const READ: Duration = Duration::from_secs(6);
/// The most requests per second that reach the server, whoever reads: one for the slice, one for `live` while readers come,
/// one for a slice that is not there yet, and one to be patient with a busy machine.
const REQUESTS_PER_S_MAX: f64 = 4.0;

/// nginx before a server; ended when it is dropped.
struct Nginx {
    process: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Nginx {
    async fn before(server: &TestServer) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // nginx cannot say which port it was given, so one is looked for that is free.
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let file = configuration(folder.path(), server.address(), address);
        let start = |nginx: &&str| {
            let mut command = Command::new(nginx);
            command.arg("-c").arg(&file).args(["-e", "stderr"]);
            command.stdin(Stdio::null()).spawn().ok()
        };
        // Debian keeps it where only root looks.
        let process = ["nginx", "/usr/sbin/nginx"].iter().find_map(start);
        let process = process.expect("nginx starts: `cargo xtask test` installs it, or `apt-get install nginx-light`");
        let nginx = Self {
            process,
            address,
            _folder: folder,
        };
        eventually("nginx to answer", async || {
            tokio::net::TcpStream::connect(address).await.is_ok().then_some(())
        })
        .await;
        nginx
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The operators' file, with the addresses and the folder of this test, in as much of a frame as nginx wants.
fn configuration(folder: &Path, server: SocketAddr, listen: SocketAddr) -> PathBuf {
    let given = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/nginx-slices.conf");
    let mut slices = fs::read_to_string(given).expect("the operators' file");
    for (theirs, ours) in [
        ("/var/cache/nginx/plaudit", folder.join("cache").display().to_string()),
        ("server 127.0.0.1:8080;", format!("server {server};")),
        ("listen 8443;", format!("listen {listen};")),
    ] {
        assert!(slices.contains(theirs), "{theirs} stands in the file");
        slices = slices.replace(theirs, &ours);
    }
    let folder = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("    {name}_temp_path {folder}/{name};\n"))
        .concat();
    let text = format!(
        "daemon off;\nmaster_process off;\npid {folder}/pid;\nevents {{ worker_connections 2048; }}\n\
         http {{\n    access_log off;\n{temporary}{slices}\n}}\n"
    );
    let file = PathBuf::from(format!("{folder}/nginx.conf"));
    fs::write(&file, text).expect("the configuration");
    file
}

/// Requests for slices that reached the server.
async fn reached(server: &TestServer) -> u64 {
    server.metric("plaudit_slice_requests_total", &[]).await as u64
}

/// Reads a slice a second until it is over, then to the end of what was said.
async fn read(http: reqwest::Client, nginx: SocketAddr, over: watch::Receiver<Option<u64>>) -> SliceReader {
    let mut reader = SliceReader::begin(http, nginx, "a").await;
    while over.borrow().is_none() {
        let status = reader.step().await;
        assert!([200, 404].contains(&status), "{status}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let last = format!("number {}", over.borrow().unwrap_or_default());
    let patience = async || tokio::time::sleep(Duration::from_millis(500)).await;
    reader.hears(&last, patience).await;
    reader
}

/// So many read for some seconds, while somebody talks. Answers how many requests reached the server per second meanwhile.
async fn crowd(server: &TestServer, nginx: &Nginx, readers: usize, said: &mut u64) -> f64 {
    let http = server::http::client().build().expect("a client");
    let (before, began) = (reached(server).await, Instant::now());
    let (end, over) = watch::channel(None);
    let reading: Vec<_> = (0..readers)
        .map(|n| {
            let (http, over, nginx) = (http.clone(), over.clone(), nginx.address);
            tokio::spawn(async move {
                // They come within a second, not in step.
                tokio::time::sleep(Duration::from_secs(1).mul_f64(n as f64 / READERS as f64)).await;
                read(http, nginx, over).await
            })
        })
        .collect();
    while began.elapsed() < READ {
        *said += 1;
        server.say("a", &format!("number {said}")).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let rate = (reached(server).await - before) as f64 / began.elapsed().as_secs_f64();
    end.send_replace(Some(*said));
    for reader in reading {
        let texts = reader.await.expect("a reader without fault").texts();
        let first: u64 = texts[0].trim_start_matches("number ").parse().expect("a number");
        let all: Vec<_> = (first..=*said).map(|n| format!("number {n}")).collect();
        assert_eq!(texts, all, "everything since he came, once, in order");
    }
    rate
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn through_a_cache_the_server_sees_a_few_requests_however_many_read() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    let nginx = Nginx::before(&server).await;
    let mut said = 0;
    let one = crowd(&server, &nginx, 1, &mut said).await;
    let many = crowd(&server, &nginx, READERS, &mut said).await;
    println!("requests per second at the server: {one:.1} for one reader, {many:.1} for {READERS}");
    assert!(
        one > 0.0 && one <= REQUESTS_PER_S_MAX && many <= REQUESTS_PER_S_MAX,
        "{one}, {many}"
    );
}

#[tokio::test]
async fn a_cache_keeps_what_may_be_kept_and_nothing_else() {
    let server = TestServer::start().await;
    server.create_public_room("a").await;
    server.create_room("x/y").await;
    server.open_to("x%2Fy", "public").await;
    let nginx = Nginx::before(&server).await;
    let http = server::http::client().build().expect("a client");
    let get = async |what: &str| {
        let url = format!("http://{}/prefix/v1/apps/{}/rooms/{what}", nginx.address, testkit::APP);
        let answer = http.get(url).send().await.expect("an answer");
        let cache = answer.headers()["x-cache"].to_str().expect("text").to_owned();
        (answer.status().as_u16(), cache, answer.text().await.expect("a text"))
    };
    let live: serde_json::Value = serde_json::from_str(&get("a/slices/live").await.2).expect("JSON");
    let slice = format!("a/slices/{}", live["newest"]);
    let (status, cache, text) = get(&slice).await;
    assert_eq!((status, cache.as_str()), (200, "MISS"));
    assert_eq!(get(&slice).await, (200, "HIT".to_owned(), text.clone()));
    assert_eq!(
        get(&format!("{slice}?invented=1")).await,
        (200, "HIT".to_owned(), text.clone())
    );
    assert_eq!(
        get(&format!("{slice}?key=1")).await.1,
        "MISS",
        "a key makes another answer"
    );
    // A crowd that asks for what is not there costs no more than one that reads.
    for (what, status) in [
        ("a/slices/9999999999", 404),
        ("a/slices/1", 410),
        ("nowhere/slices/1", 404),
    ] {
        eventually("a hit", async || {
            let (answered, cache, _) = get(what).await;
            assert_eq!(answered, status, "{what}");
            (cache == "HIT").then_some(())
        })
        .await;
    }
    let odd: serde_json::Value = serde_json::from_str(&get("x%2Fy/slices/live").await.2).expect("JSON");
    assert_eq!(odd["room"], json!("x/y"), "the encoded name comes through");
}
