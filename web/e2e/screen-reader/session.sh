#!/bin/sh
# Runs a command on a desktop of its own that Orca reads: a screen in memory, a message bus, and a voice that takes its time and only writes.
# Nothing of the machine's own session is touched. From web/:
#
#   e2e/screen-reader/session.sh node e2e/screen-reader/walk.mjs
#
# Debian: apt-get install orca xvfb xdotool openbox at-spi2-core dbus-x11 speech-dispatcher speech-dispatcher-audio-plugins chromium
set -eu

if [ -z "${ORCA_HOME:-}" ]; then
  ORCA_HOME=$(mktemp -d)
  trap 'rm -rf "$ORCA_HOME"' EXIT
  export ORCA_HOME HOME="$ORCA_HOME" XDG_RUNTIME_DIR="$ORCA_HOME/run"
  export XDG_CONFIG_HOME="$HOME/.config" XDG_DATA_HOME="$HOME/.local/share" XDG_CACHE_HOME="$HOME/.cache"
  mkdir -m 700 "$XDG_RUNTIME_DIR"
  xvfb-run --auto-servernum --server-args '-screen 0 1360x900x24' dbus-run-session -- "$0" "$@"
  exit
fi

# The voice: a line when it begins and one when it has ended, 15 letters per second. One that is cut off writes no end.
cat > "$HOME/voice" <<'END'
#!/bin/sh
echo "begin $1" >> "$HOME/voice.log"
sleep "$(awk -v text="$1" 'BEGIN { print length(text) / 15 }')"
echo "end $1" >> "$HOME/voice.log"
END
chmod +x "$HOME/voice"
: > "$HOME/voice.log"
SPEECH="$XDG_CONFIG_HOME/speech-dispatcher"
mkdir -p "$SPEECH/modules"
cat > "$SPEECH/speechd.conf" <<'END'
CommunicationMethod "unix_socket"
AddModule "quiet" "sd_generic" "quiet.conf"
DefaultModule quiet
AudioOutputMethod "alsa"
LogLevel 0
END
cat > "$SPEECH/modules/quiet.conf" <<END
GenericExecuteSynth "$HOME/voice '\$DATA'"
GenericLanguage "en" "en" "utf-8"
GenericDefaultCharset "utf-8"
AddVoice "en" "MALE1" "none"
END
printf 'pcm.!default null\nctl.!default null\n' > "$HOME/.asoundrc" # the server wants a sound device

export ACCESSIBILITY_ENABLED=1 LANG=C.UTF-8
gsettings set org.gnome.desktop.interface toolkit-accessibility true
gsettings set org.gnome.desktop.a11y.applications screen-reader-enabled true

openbox >"$HOME/openbox.log" 2>&1 &
openbox=$!
orca --debug-file "$HOME/orca.log" >"$HOME/orca.out" 2>&1 &
orca=$!
status=0
"$@" || status=$?
kill $orca $openbox 2>/dev/null || :
exit $status
