use super::*;
use std::{fs, path::Path};

fn parsed(args: &[&str], env: &[(&str, &str)]) -> Result<Command, CliError> {
    let env = env
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    parse_from(["plaudit"].iter().chain(args).map(OsString::from), Env(env))
}

fn serve(args: &[&str]) -> Config {
    match parsed(&[&["serve"], args].concat(), &[]).unwrap() {
        Command::Serve(config) => *config,
        other => panic!("not serve: {other:?}"),
    }
}

fn error(args: &[&str]) -> String {
    parsed(args, &[]).unwrap_err().to_string()
}

#[test]
fn the_shape_is_sound() {
    <Cli as clap::CommandFactory>::command().debug_assert();
}

#[test]
fn serve_runs_with_an_app_and_nothing_else() {
    let config = serve(&["--app", "1400000001:secret"]);
    assert_eq!(config.apps.len(), 1);
    assert_eq!(
        Config {
            apps: Vec::new(),
            ..config
        },
        Config::default()
    );
}

#[test]
fn every_flag_of_serve_arrives() {
    let config = serve(&[
        "--listen=127.0.0.1:0",
        "--admin-listen=",
        "--data=/d",
        "--app=1:a",
        "--app=2:b",
        "--admin=root",
        "--admin=ops",
        "--set=hub.tick_ms=7",
    ]);
    assert_eq!((config.listen.port(), config.admin.listen), (0, None));
    assert_eq!((config.data.as_path(), config.hub.tick_ms), (Path::new("/d"), 7));
    assert_eq!(config.apps.iter().map(|app| app.id.0).collect::<Vec<_>>(), [1, 2]);
    for app in &config.apps {
        assert_eq!(
            app.admins.iter().map(|admin| admin.as_str()).collect::<Vec<_>>(),
            ["root", "ops"]
        );
    }
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    assert!(error(&["serve", "--app=1:a", "--tick=3"]).starts_with("unexpected argument '--tick' found"));
    assert!(error(&["serve"]).starts_with("apps: there is none; give one with --app ID:SECRET"));
    assert!(error(&["usersig", "--app=1:a", "--expire=0", "bob"]).contains("0 is not in 1..=315360000"));
    assert!(error(&["usersig", "--app=1:a", ""]).starts_with("USER = \"\": is empty; must be 1 to 32 bytes"));
    assert!(error(&["usersig", "--app=1:a", "--app-id=2", "bob"]).starts_with("--app-id = 2: there is no such app"));
    assert!(error(&["usersig", "--app=1:a", "--config=x", "bob"]).contains("cannot be used with"));
}

#[test]
fn usersig_needs_to_know_which_of_several_apps() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("apps");
    fs::write(&file, "1:a\n2:b\n").unwrap();
    let file = format!("--app-file={}", file.display());
    assert_eq!(
        error(&["usersig", &file, "bob"]),
        "--app-id is missing: there are the apps 1, 2"
    );
    assert!(parsed(&["usersig", &file, "--app-id=2", "bob"], &[]).is_ok());
}

#[test]
fn an_app_on_the_command_line_of_usersig_is_the_only_one() {
    let env = [("PLAUDIT_APP", "7:x,8:y"), ("PLAUDIT_CONFIG", "/nowhere")];
    assert!(parsed(&["usersig", "--app=1:a", "bob"], &env).is_ok());
    assert!(parsed(&["usersig", "--app-id=8", "bob"], &env[..1]).is_ok());
}

#[test]
fn no_key_is_shown_by_a_command_or_its_summary() {
    let key = "0123456789abcdef";
    let app = format!("--app=1400000001:{key}");
    for args in [vec!["serve", &app], vec!["check", &app], vec!["usersig", &app, "bob"]] {
        let command = parsed(&args, &[]).unwrap();
        assert!(!format!("{command:?}").contains(key));
    }
    for args in [
        vec!["serve", key],
        vec!["serve", "--ap=1:0123456789abcdef"],
        vec!["1:0123456789abcdef"],
        vec!["serve", "--app", "1:", key],
        vec!["usersig", &app, "bob", key],
        vec!["usersig", "--expire=x", &app, "bob"],
    ] {
        let error = parsed(&args, &[]).unwrap_err();
        assert!(!error.to_string().contains(key), "{error}");
    }
    assert!(summary(&serve(&[&app])).contains("1400000001"));
    assert!(!summary(&serve(&[&app])).contains(key));
}
