package device_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"personalcms/content/schedule"
	"personalcms/handlers/access"
	"personalcms/handlers/rig"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

const registerPath = "/api/devices/register"

// TestEnrolmentPolicies: what becomes of a device nobody has seen, at each door it may come to.
func TestEnrolmentPolicies(t *testing.T) {
	doors := []struct {
		name, method, path string
		body               any
	}{
		{"register", http.MethodPost, registerPath, registration(nil)},
		{"register with a token", http.MethodPost, registerPath, registration(map[string]any{"auth": "token"})},
		{"heartbeat", http.MethodPost, "/api/devices/new-panel/heartbeat", map[string]any{"version": "2.4.1"}},
		{"content", http.MethodGet, "/api/devices/new-panel/content", nil},
	}
	for _, policy := range []string{store.EnrolApprove, store.EnrolOpen, store.EnrolClosed} {
		for _, door := range doors {
			t.Run(policy+" "+door.name, func(t *testing.T) {
				t.Parallel()
				r := rig.New(t)
				set(t, r, func(s *store.Settings) { s.Enrolment = policy })
				answer := r.Do(door.method, door.path, door.body)
				if policy == store.EnrolClosed {
					isProblem(t, answer, http.StatusForbidden, "enrolment_closed")
					if len(r.DB.Devices()) != 0 {
						t.Error("the device was made")
					}
					return
				}
				ok(t, answer, http.StatusOK)
				device := deviceOf(t, r, "new-panel")
				withToken := door.name == "register with a token"
				if device.Approved != (policy == store.EnrolOpen) || device.Legacy() == withToken || device.WithoutToken != (device.Approved && !withToken) {
					t.Errorf("approved %v, legacy %v, without token %v", device.Approved, device.Legacy(), device.WithoutToken)
				}
				if len(device.Code) != 6 || strings.Trim(device.Code, "0123456789") != "" {
					t.Errorf("code %q", device.Code)
				}
			})
		}
	}
}

// TestPendingDevicesAreCapped: beyond the limit unknown devices get 429, those that wait do not.
func TestPendingDevicesAreCapped(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	set(t, r, func(s *store.Settings) { s.PendingLimit = 3 })
	var wait sync.WaitGroup
	for i := range 12 {
		wait.Go(func() {
			r.Do(http.MethodPost, registerPath, registration(map[string]any{"device_id": fmt.Sprint("flood-", i)}))
		})
	}
	wait.Wait()
	if n := len(r.DB.Devices()); n != 3 {
		t.Fatalf("%d devices wait, want 3", n)
	}
	first := r.DB.Devices()[0].ID
	for _, door := range []struct {
		method, path string
		body         any
	}{
		{http.MethodPost, registerPath, registration(nil)},
		{http.MethodPost, "/api/devices/new-panel/heartbeat", nil},
		{http.MethodGet, "/api/devices/new-panel/content", nil},
	} {
		answer := r.Do(door.method, door.path, door.body)
		isProblem(t, answer, http.StatusTooManyRequests, "too_many_pending")
		if after, _ := answer.JSON(t)["retry_after_seconds"].(float64); after < 1 || answer.Header.Get("Retry-After") != fmt.Sprint(after) {
			t.Errorf("%s: retry after %v, header %q", door.path, after, answer.Header.Get("Retry-After"))
		}
	}
	ok(t, r.Do(http.MethodPost, registerPath, registration(map[string]any{"device_id": first})), http.StatusOK)
	r.Approve(first, true)
	ok(t, r.Do(http.MethodPost, registerPath, registration(nil)), http.StatusOK)
}

// TestReenrolment: a lost token is replaced only while the owner allows it, once, and the old one dies.
func TestReenrolment(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	old := r.Enrol(panelID, panelType)
	body := registration(map[string]any{"device_id": panelID, "auth": "token"})
	allow := func() {
		ok(t, r.Script(http.MethodPost, "/api/v1/devices/"+panelID+"/allow-reenrolment", nil), http.StatusOK)
	}
	beats := func(token string) int {
		return r.Do(http.MethodPost, "/api/devices/"+panelID+"/heartbeat", nil, "Authorization", token).Status
	}
	isProblem(t, r.Do(http.MethodPost, registerPath, body), http.StatusConflict, "reenrol_requested")
	if asked := deviceOf(t, r, panelID).ReenrolAsked; !asked.Equal(rig.Start) {
		t.Errorf("the owner is told it asked at %v", asked)
	}
	if beats(old) != http.StatusOK {
		t.Error("asking killed the old token")
	}

	allow()
	r.Pass(10*time.Minute + time.Second)
	isProblem(t, r.Do(http.MethodPost, registerPath, body), http.StatusConflict, "reenrol_requested")

	allow()
	r.Pass(10 * time.Minute)
	fresh := "Bearer " + text(t, ok(t, r.Do(http.MethodPost, registerPath, body), http.StatusOK).JSON(t), "token")
	if beats(old) != http.StatusUnauthorized || beats(fresh) != http.StatusOK {
		t.Errorf("old token %d, new token %d", beats(old), beats(fresh))
	}
	isProblem(t, r.Do(http.MethodPost, registerPath, body), http.StatusConflict, "reenrol_requested") // the window closed behind it
	device := deviceOf(t, r, panelID)
	if !device.Approved || device.TokenHash != access.Hash(strings.TrimPrefix(fresh, "Bearer ")) {
		t.Errorf("approved %v; only the hash of the token may be kept, %q", device.Approved, device.TokenHash)
	}
}

// TestReenrolRequestsSpareTheCard: a board that asks every second is noted once a minute.
func TestReenrolRequestsSpareTheCard(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	r.Enrol(panelID, panelType)
	for range 5 {
		r.Do(http.MethodPost, registerPath, registration(map[string]any{"device_id": panelID, "auth": "token"}))
		r.Pass(time.Second)
	}
	if asked := deviceOf(t, r, panelID).ReenrolAsked; !asked.Equal(rig.Start) {
		t.Errorf("noted again at %v", asked)
	}
}

// TestPendingDeviceGetsOnlyItsApprovalScreen: no content, no pictures, no firmware.
func TestPendingDeviceGetsOnlyItsApprovalScreen(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	data, _ := build(t, 1, "esp32")
	key := r.Upload(panelType, data, true)
	ok(t, r.Do(http.MethodPost, registerPath, registration(map[string]any{"device_id": panelID})), http.StatusOK)
	if _, err := r.DB.AssignDevice(panelID, key, true); err != nil {
		t.Fatal(err)
	}
	addPicture(t, r, panelID)
	screen := ok(t, r.Do(http.MethodGet, dashboardPath, nil), http.StatusOK)
	if screen.Header.Get("X-Screen") != "Waiting for approval" || len(screen.Body) != 48_062 {
		t.Errorf("screen %q of %d bytes", screen.Header.Get("X-Screen"), len(screen.Body))
	}
	content := ok(t, r.Do(http.MethodGet, contentPath, nil), http.StatusOK).JSON(t)
	sequence := ok(t, r.Do(http.MethodGet, "/api/devices/"+panelID+"/images-sequence", nil), http.StatusOK).JSON(t)
	got := []any{content["content"], content["images"], sequence["assigned_images"], sequence["content_categories"]}
	if diff := cmp.Diff([]any{map[string]any{}, []any{}, []any{}, []any{}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if file := ok(t, r.Do(http.MethodGet, text(t, content, "dashboard_url"), nil), http.StatusOK); string(file.Body) != string(screen.Body) {
		t.Error("the v1 file is another screen")
	}
	refusedFor(t, check(t, r, panelID, ""), "not_approved")
	isProblem(t, r.Do(http.MethodGet, "/api/ota/download/"+key, nil), http.StatusUnauthorized, "download_not_allowed")

	r.Approve(panelID, true)
	if after := ok(t, r.Do(http.MethodGet, dashboardPath, nil), http.StatusOK); after.Header.Get("X-Screen") == "Waiting for approval" {
		t.Error("it still waits for approval")
	}
	offered(t, check(t, r, panelID, ""))
}

// TestLegacyDeviceNeedsAnExplicitYes: approving it takes without_token.
func TestLegacyDeviceNeedsAnExplicitYes(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	ok(t, r.Do(http.MethodPost, registerPath, registration(nil)), http.StatusOK)
	for _, body := range []any{nil, map[string]any{}, map[string]any{"without_token": false}} {
		isPlainProblem(t, r.Script(http.MethodPost, "/api/v1/devices/new-panel/approve", body), http.StatusConflict, "no_token")
	}
	if deviceOf(t, r, "new-panel").Approved {
		t.Fatal("it is approved")
	}
	r.Approve("new-panel", true)
	if device := deviceOf(t, r, "new-panel"); !device.Approved || !device.WithoutToken {
		t.Errorf("%+v", device)
	}
}

// TestLegacyDeviceGetsATokenWithNewFirmware when its owner allows it, and is bound to it from then on. Until then
// it goes on as before: whoever knows its id could ask in its name.
func TestLegacyDeviceGetsATokenWithNewFirmware(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	r.EnrolLegacy(panelID, panelType)
	ask := func() rig.Answer {
		return r.Do(http.MethodPost, registerPath, registration(map[string]any{"device_id": panelID, "auth": "token"}))
	}
	isProblem(t, ask(), http.StatusConflict, "reenrol_requested")
	ok(t, r.Do(http.MethodGet, contentPath, nil), http.StatusOK)
	if deviceOf(t, r, panelID).ReenrolAsked.IsZero() {
		t.Error("its owner is not told")
	}
	ok(t, r.Script(http.MethodPost, "/api/v1/devices/"+panelID+"/allow-reenrolment", nil), http.StatusOK)
	answer := ok(t, ask(), http.StatusOK).JSON(t)
	token := "Bearer " + text(t, answer, "token")
	if answer["status"] != "approved" || deviceOf(t, r, panelID).WithoutToken {
		t.Errorf("%v", answer)
	}
	isProblem(t, r.Do(http.MethodGet, contentPath, nil), http.StatusUnauthorized, "wrong_token")
	ok(t, r.Do(http.MethodGet, contentPath, nil, "Authorization", token), http.StatusOK)
}

// TestRegisteringAgainKeepsWhatTheOwnerSet, for boards with and without a token.
func TestRegisteringAgainKeepsWhatTheOwnerSet(t *testing.T) {
	for _, withToken := range []bool{true, false} {
		t.Run(fmt.Sprint("token ", withToken), func(t *testing.T) {
			t.Parallel()
			r := rig.New(t)
			var headers []string
			body := registration(map[string]any{
				"device_id": panelID, "device_name": "factory", "nickname": "from the board", "timezone": "Asia/Tokyo", "firmware_version": "2.5.0",
				"preferences": map[string]any{"jokes": []string{"clean_jokes"}}, "panel": map[string]int{"width": 400, "height": 300, "colors": 2},
			})
			if withToken {
				headers, body["auth"] = []string{"Authorization", r.Enrol(panelID, panelType)}, "token"
			} else {
				r.EnrolLegacy(panelID, panelType)
			}
			picture := addPicture(t, r, panelID)
			if err := r.DB.SavePlaylist(schedule.Playlist{ID: "day", Name: "Day"}); err != nil {
				t.Fatal(err)
			}
			ok(t, r.Script(http.MethodPatch, "/api/v1/devices/"+panelID, map[string]any{
				"name": "Kitchen", "nickname": "Cook", "groups": []string{"downstairs"}, "timezone": "Europe/Berlin", "playlist": "day",
				"preferences": map[string]any{"jokes": []string{"dad_jokes"}}, "panel": map[string]int{"width": 640, "height": 384, "colors": 2},
			}), http.StatusOK)
			before := deviceOf(t, r, panelID)
			ok(t, r.Do(http.MethodPost, registerPath, body, headers...), http.StatusOK)
			ok(t, r.Do(http.MethodPost, "/api/devices/"+panelID+"/heartbeat", map[string]any{"device_name": "factory"}, headers...), http.StatusOK)
			after := deviceOf(t, r, panelID)
			if after.FirmwareVersion != "2.5.0" {
				t.Errorf("what it says of itself is not kept: %+v", after)
			}
			before.FirmwareVersion, before.Occupation = after.FirmwareVersion, after.Occupation
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("(-before +after):\n%s", diff)
			}
			if diff := cmp.Diff([]string{picture.ID}, after.Pictures); diff != "" || after.Nickname != "Cook" {
				t.Errorf("%q, %s", after.Nickname, diff)
			}
		})
	}
}

// TestRegisteringAgainIsNotAFirstTime: without auth a device with its token keeps it.
func TestRegisteringAgainIsNotAFirstTime(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	for _, auth := range []any{nil, "token"} {
		answer := ok(t, r.Do(http.MethodPost, registerPath, registration(map[string]any{"device_id": panelID, "auth": auth}), "Authorization", token), http.StatusOK).JSON(t)
		if _, given := answer["token"]; given || answer["status"] != "approved" {
			t.Errorf("auth %v: %v", auth, answer)
		}
	}
}
