//! A restart of the server while everybody is away. This program did not start the server, so it asks whoever runs it: it
//! says `restart`, and waits for the number of the new process. `cargo xtask bench` understands it, and so do people.

use crate::target::Target;
use anyhow::Context;

/// Asks for a restart; answers when the server is there again.
pub async fn ask(target: &mut Target) -> anyhow::Result<()> {
    println!("restart");
    eprintln!("restart the server now, and tell the number of its process here when it is ready:");
    let answer = tokio::task::spawn_blocking(|| std::io::stdin().lines().next());
    let line = answer
        .await?
        .context("nobody restarts the server: standard input is closed")??;
    target.pid = pid(&line)?.or(target.pid);
    Ok(())
}

/// The number of a process; an empty line says nothing of it.
fn pid(line: &str) -> anyhow::Result<Option<u32>> {
    match line.trim() {
        "" => Ok(None),
        number => Ok(Some(number.parse().context("the number of the server's process")?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_a_number_if_it_is_told() {
        assert_eq!(pid(" 17 \n").unwrap(), Some(17));
        assert_eq!(pid("\n").unwrap(), None);
        assert!(pid("seven").is_err());
    }
}
