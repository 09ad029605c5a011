package device_test

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

// attempt is the only attempt of the panel.
func (d download) only(t *testing.T) ota.Attempt {
	t.Helper()
	attempts, err := d.DB.Attempts(panelID)
	if err != nil || len(attempts) != 1 {
		t.Fatalf("%d attempts, %v", len(attempts), err)
	}
	return attempts[0]
}

// TestBrokenDownloadResumes: the pieces count as one complete download, and only when nothing is missing.
func TestBrokenDownloadResumes(t *testing.T) {
	tag := func(d download) string { return `"` + d.img.SHA256 + `"` }
	for _, tc := range []struct {
		name     string
		ranges   []string
		state    ota.State
		bytes    int64
		complete int
	}{
		{"whole", []string{""}, ota.StateDownloading, 20000, 1},
		{"only asked for its beginning", []string{"bytes=0-9999"}, ota.StateDownloading, 10000, 0},
		{"broken once", []string{"bytes=0-9999", "bytes=10000-"}, ota.StateDownloading, 20000, 1},
		{"broken twice with overlap", []string{"bytes=0-9999", "bytes=8000-14999", "bytes=15000-19999"}, ota.StateDownloading, 20000, 1},
		{"a gap", []string{"bytes=0-4999", "bytes=10000-"}, ota.StateDownloading, 5000, 0},
		{"a gap of one byte", []string{"bytes=0-4999", "bytes=5001-"}, ota.StateDownloading, 5000, 0},
		{"a gap and then the end", []string{"bytes=0-4999", "bytes=10000-", "bytes=15000-"}, ota.StateDownloading, 5000, 0},
		{"a gap that is filled", []string{"bytes=0-4999", "bytes=10000-", "bytes=5000-"}, ota.StateDownloading, 20000, 1},
		{"only its end", []string{"bytes=-100"}, ota.StateDownloading, 0, 0},
		{"its end after the rest", []string{"bytes=0-19899", "bytes=-100"}, ota.StateDownloading, 20000, 1},
		{"its end once more", []string{"", "bytes=-100"}, ota.StateDownloading, 20000, 1},
		{"twice", []string{"", ""}, ota.StateDownloading, 20000, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d := offer(t)
			for _, r := range tc.ranges {
				if r == "" {
					ok(t, fetch(t, d.Rig, d.offer), http.StatusOK)
					continue
				}
				ok(t, fetch(t, d.Rig, d.offer, "Range", r, "If-Range", tag(d)), http.StatusPartialContent)
			}
			got := d.only(t)
			if got.State != tc.state || got.Bytes != tc.bytes || got.CompleteDownloads != tc.complete {
				t.Errorf("%s, %d bytes, %d complete; want %s, %d, %d", got.State, got.Bytes, got.CompleteDownloads, tc.state, tc.bytes, tc.complete)
			}
		})
	}
}

// TestResumeOfAnotherImageBeginsAnew: If-Range names an image that is no longer this one.
func TestResumeOfAnotherImageBeginsAnew(t *testing.T) {
	t.Parallel()
	d := offer(t)
	whole := ok(t, fetch(t, d.Rig, d.offer, "Range", "bytes=10000-", "If-Range", `"0000"`), http.StatusOK)
	if !bytes.Equal(whole.Body, d.data) {
		t.Error("not the whole image")
	}
	rest := ok(t, fetch(t, d.Rig, d.offer, "Range", "bytes=10000-"), http.StatusPartialContent)
	if !bytes.Equal(rest.Body, d.data[10000:]) || rest.Header.Get("Content-Range") != fmt.Sprintf("bytes 10000-%d/%d", len(d.data)-1, len(d.data)) {
		t.Errorf("%d bytes, %s", len(rest.Body), rest.Header.Get("Content-Range"))
	}
}

// TestReinstallForEver: firmware 2.4.x reports the version it was compiled with, whatever the server
// calls the image; offering again whenever the two differ never ends.
func TestReinstallForEver(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	r.EnrolLegacy(panelID, panelType)
	data, _ := build(t, 1, "esp32")
	key := r.Upload(panelType, data, true)
	headers := []string{"X-Device-Version", "2.4.1", "X-Device-Type", panelType}
	installs := 0
	for range 50 {
		r.Pass(2 * time.Minute)
		answer := check(t, r, panelID, "", headers...)
		if answer["update_available"] != true {
			refusedFor(t, answer, "already_installed")
			continue
		}
		installs++
		ok(t, fetch(t, r, path(r, text(t, answer, "firmware_url"))), http.StatusOK)
		r.Pass(20 * time.Second) // it restarts and says what it always says
		ok(t, r.Do(http.MethodPost, "/api/devices/register", map[string]any{
			"device_id": panelID, "device_type": panelType, "device_name": "Kitchen", "occupation": "panel", "firmware_version": "2.4.1",
		}), http.StatusOK)
		ok(t, r.Do(http.MethodPost, "/api/devices/"+panelID+"/heartbeat", `{"version":"2.4.1","uptime":5}`), http.StatusOK)
	}
	if diff := cmp.Diff([]ota.State{ota.StateConfirmed}, states(t, r, panelID)); installs != 1 || diff != "" {
		t.Errorf("it installed %d times in 50 checks; attempts (-want +got):\n%s", installs, diff)
	}
	if running := deviceOf(t, r, panelID).RunningKey; running != key {
		t.Errorf("it is taken to run %q, want %q", running, key)
	}
	second, _ := build(t, 2, "esp32")
	r.Pass(time.Minute)
	r.Upload(panelType, second, true)
	offered(t, check(t, r, panelID, "", headers...)) // a newer image is offered all the same
}

// TestGivenUpAfterTwoDownloads: the device names another image than the one it fetched, twice.
func TestGivenUpAfterTwoDownloads(t *testing.T) {
	t.Parallel()
	d := offer(t)
	_, old := build(t, 9, "esp32")
	for range 2 {
		answer := offered(t, check(t, d.Rig, panelID, d.token, "X-Image-SHA256", old.ImageSHA256))
		ok(t, fetch(t, d.Rig, path(d.Rig, text(t, answer, "firmware_url"))), http.StatusOK)
		d.Pass(2 * time.Minute)
	}
	refusedFor(t, check(t, d.Rig, panelID, d.token, "X-Image-SHA256", old.ImageSHA256), "given_up")
	if got := d.only(t); got.State != ota.StateFailed || got.CompleteDownloads != 2 {
		t.Errorf("%s after %d complete downloads", got.State, got.CompleteDownloads)
	}
	d.Pass(1000 * time.Hour)
	refusedFor(t, check(t, d.Rig, panelID, d.token, "X-Image-SHA256", old.ImageSHA256), "given_up")
	device := deviceOf(t, d.Rig, panelID)
	if device.UpdateReason != "given_up" || device.UpdateMessage == "" || device.RunningKey == d.key {
		t.Errorf("its page says %q %q, it is taken to run %q", device.UpdateReason, device.UpdateMessage, device.RunningKey)
	}
}

// TestCheckInsMoveAnAttempt: old firmware never reports; what it names decides.
func TestCheckInsMoveAnAttempt(t *testing.T) {
	_, old := build(t, 9, "esp32")
	for _, tc := range []struct {
		name   string
		header func(download) []string
		want   ota.State
		reason string // "" = an offer
	}{
		{"names the new image", func(d download) []string { return []string{"X-Image-SHA256", d.img.ImageSHA256} }, ota.StateConfirmed, "already_installed"},
		{"is trying it out", func(d download) []string {
			return []string{"X-Image-SHA256", d.img.ImageSHA256, "X-OTA-State", "pending_verify"}
		}, ota.StateOnTrial, "on_trial"},
		{"names nothing", func(download) []string { return nil }, ota.StateConfirmed, "already_installed"},
		{"still names the old one", func(download) []string { return []string{"X-Image-SHA256", old.ImageSHA256} }, ota.StateDownloading, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d := offer(t)
			ok(t, fetch(t, d.Rig, d.offer), http.StatusOK)
			d.Pass(time.Minute)
			answer := check(t, d.Rig, panelID, d.token, tc.header(d)...)
			if tc.reason == "" {
				offered(t, answer)
			} else {
				refusedFor(t, answer, tc.reason)
			}
			if got := d.only(t).State; got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}

// TestRolledBackIsNotOfferedAgain until a person says so.
func TestRolledBackIsNotOfferedAgain(t *testing.T) {
	t.Parallel()
	d := offer(t)
	_, old := build(t, 9, "esp32")
	ok(t, fetch(t, d.Rig, d.offer), http.StatusOK)
	check(t, d.Rig, panelID, d.token, "X-Image-SHA256", d.img.ImageSHA256, "X-OTA-State", "pending_verify")
	d.Pass(5 * time.Minute)
	ok(t, d.Do(http.MethodPost, "/api/devices/"+panelID+"/heartbeat",
		map[string]any{"image_sha256": old.ImageSHA256, "ota_state": "rolled_back"}, "Authorization", d.token), http.StatusOK)
	if got := d.only(t).State; got != ota.StateRolledBack {
		t.Fatalf("%s", got)
	}
	d.Pass(1000 * time.Hour)
	refusedFor(t, check(t, d.Rig, panelID, d.token), "given_up")
}

// TestForcedUpdateStaysUntilItsOwnEnd: through restarts, failures, and whatever another device does.
func TestForcedUpdateStaysUntilItsOwnEnd(t *testing.T) {
	t.Parallel()
	d := offer(t) // assigned to the type
	other := d.Enrol("other-panel", panelType)
	forcedData, forced := build(t, 2, "esp32")
	key := d.Upload("Game", forcedData, false)
	ok(t, d.Script(http.MethodPost, "/api/ota/force-update/"+panelID, map[string]any{"firmware_type": "Game"}), http.StatusOK)
	still := func(when string) {
		t.Helper()
		if got := deviceOf(t, d.Rig, panelID).ForcedKey; got != key {
			t.Fatalf("%s: the forced update is %q", when, got)
		}
	}

	if answer := offered(t, check(t, d.Rig, "other-panel", other)); answer["firmware_key"] != d.key {
		t.Errorf("the other device is offered %v", answer["firmware_key"])
	}
	still("another device asked")
	answer := offered(t, check(t, d.Rig, panelID, d.token))
	if answer["firmware_key"] != key || answer["update_type"] != "forced" || answer["target_firmware"] != "Game" {
		t.Fatalf("%v", answer)
	}
	still("offered")
	ok(t, fetch(t, d.Rig, "/api/ota/download/"+key, "Authorization", other), http.StatusOK)
	isProblem(t, d.Do(http.MethodPost, "/api/ota/report/other-panel",
		map[string]any{"attempt": answer["attempt"], "state": "confirmed"}, "Authorization", other), http.StatusNotFound, "unknown_attempt")
	still("another device downloaded and reported it")
	ok(t, d.Do(http.MethodPost, "/api/devices/register",
		map[string]any{"device_id": panelID, "device_type": panelType, "auth": "token"}, "Authorization", d.token), http.StatusOK)
	still("restarted without installing")
	report(t, d.Rig, d.token, text(t, answer, "attempt"), `"state":"failed","error":"no room"`)
	still("failed")
	d.Pass(2 * time.Minute)
	again := offered(t, check(t, d.Rig, panelID, d.token))
	if again["attempt"] == answer["attempt"] || again["update_type"] != "forced" {
		t.Errorf("after a failure: %v", again)
	}
	ok(t, fetch(t, d.Rig, path(d.Rig, text(t, again, "firmware_url"))), http.StatusOK)
	still("downloaded")
	check(t, d.Rig, panelID, d.token, "X-Device-Type", "Game", "X-Image-SHA256", forced.ImageSHA256, "X-OTA-State", "confirmed")
	if device := deviceOf(t, d.Rig, panelID); device.ForcedKey != "" || device.RunningKey != key {
		t.Errorf("after its own confirmation %q is forced, it runs %q", device.ForcedKey, device.RunningKey)
	}
}

// TestForcedReinstallOfTheSameImage is offered although the device runs it, once.
func TestForcedReinstallOfTheSameImage(t *testing.T) {
	t.Parallel()
	d := offer(t)
	runs := []string{"X-Image-SHA256", d.img.ImageSHA256}
	refusedFor(t, check(t, d.Rig, panelID, d.token, runs...), "already_installed")
	ok(t, d.Script(http.MethodPost, "/api/ota/force-update/"+panelID, map[string]any{"firmware_type": panelType}), http.StatusOK)
	d.Pass(time.Minute)
	answer := offered(t, check(t, d.Rig, panelID, d.token, runs...))
	offered(t, check(t, d.Rig, panelID, d.token, runs...)) // it has not downloaded it yet
	ok(t, fetch(t, d.Rig, path(d.Rig, text(t, answer, "firmware_url"))), http.StatusOK)
	refusedFor(t, check(t, d.Rig, panelID, d.token, runs...), "already_installed")
	if device := deviceOf(t, d.Rig, panelID); device.ForcedKey != "" {
		t.Errorf("%q is still forced", device.ForcedKey)
	}
}

// TestNewAssignmentCallsOffTheOld: an attempt whose image is no longer wanted ends.
func TestNewAssignmentCallsOffTheOld(t *testing.T) {
	t.Parallel()
	d := offer(t)
	second, _ := build(t, 2, "esp32")
	d.Pass(time.Minute)
	key := d.Upload(panelType, second, true)
	if answer := offered(t, check(t, d.Rig, panelID, d.token)); answer["firmware_key"] != key {
		t.Errorf("offered %v", answer["firmware_key"])
	}
	if diff := cmp.Diff([]ota.State{ota.StateCancelled, ota.StateOffered}, states(t, d.Rig, panelID)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
