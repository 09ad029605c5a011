package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"personalcms/handlers/rig"
	"personalcms/ota/otatest"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

func TestDevicesAreFilteredWithCounts(t *testing.T) {
	r, _ := fleetRig(t)
	must(t, r.DB.CreateDevice(store.Device{ID: "u0", DeviceType: "U", Chip: "esp32", FirmwareVersion: "2.4.1", Approved: true}))
	must(t, r.DB.CreateDevice(store.Device{ID: "pending", DeviceType: "U"}))
	b := newBrowser(r, false)
	for name, row := range map[string]struct {
		query string
		rows  []string
		says  []string
	}{
		"all":        {"", []string{"d0", "d1", "d2", "d3", "d4", "d5", "d6", "u0"}, []string{"T (7)", "U (1)", "hall (1)", "ESP32 (7)", "ESP32-S3 (1)", "within an hour (6)", "not for a week (2)"}},
		"a type":     {"type=U", []string{"u0"}, []string{"T (7)", "U (1)", "ESP32 (1)", "within an hour (0)", "2.4.1 (1)"}},
		"a group":    {"group=hall", []string{"d5"}, []string{"ESP32-S3 (1)", "hall (1)"}},
		"silent":     {"seen=-24h&type=T", []string{"d6"}, []string{"T (1)"}},
		"two fields": {"chip=esp32s3&type=U", nil, []string{"No device matches", "ESP32 (1)", "ESP32-S3 (0)"}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := b.get("/ota-management/devices?" + row.query)
			wants(t, answer, http.StatusOK)
			page := string(answer.Body)
			var rows []string
			for _, id := range []string{"d0", "d1", "d2", "d3", "d4", "d5", "d6", "u0", "pending"} {
				if strings.Contains(page, `name="device" value="`+id+`"`) {
					rows = append(rows, id)
				}
			}
			if diff := cmp.Diff(row.rows, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			for _, part := range row.says {
				if !strings.Contains(page, part) {
					t.Errorf("the page does not say %q", part)
				}
			}
		})
	}
}

func TestAPageOfDevicesSaysWhyNot(t *testing.T) {
	r, key := fleetRig(t)
	must(t, r.DB.Assign(store.Assignment{DeviceType: "T", FirmwareKey: key, Since: rig.Start}))
	page := string(newBrowser(r, false).get("/ota-management/devices").Body)
	for _, part := range []string{"chip esp32s3 needs another image", "is offered at its next check"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not say %q", part)
		}
	}
}

func groupsOf(t *testing.T, r *rig.Rig, group string) []string {
	t.Helper()
	var ids []string
	for _, device := range r.DB.Devices() {
		if slices.Contains(device.Groups, group) {
			ids = append(ids, device.ID)
		}
	}
	return ids
}

func TestDevicesArePutIntoGroups(t *testing.T) {
	r, _ := fleetRig(t)
	b := newBrowser(r, false)
	for _, row := range []struct {
		name, query string
		form        url.Values
		status      int
		group       string
		want        []string
	}{
		{"chosen", "", url.Values{"device": {"d0", "d1", "nobody"}, "group": {"beta"}, "do": {"add"}}, 303, "beta", []string{"d0", "d1"}},
		{"out again", "", url.Values{"device": {"d1"}, "group": {"beta"}, "do": {"remove"}}, 303, "beta", []string{"d0"}},
		{"all that match", "chip=esp32s3", url.Values{"all": {"true"}, "group": {"beta"}, "do": {"add"}}, 303, "beta", []string{"d0", "d5"}},
		{"nobody chosen", "", url.Values{"group": {"gamma"}, "do": {"add"}}, 422, "gamma", nil},
		{"no name", "", url.Values{"device": {"d0"}, "group": {" "}, "do": {"add"}}, 422, " ", nil},
		{"a comma", "", url.Values{"device": {"d0"}, "group": {"a,b"}, "do": {"add"}}, 422, "a,b", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			wants(t, b.post("/ota-management/devices/groups?"+row.query, row.form.Encode()), row.status)
			if diff := cmp.Diff(row.want, groupsOf(t, r, row.group)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if device, _ := r.DB.Device("d0"); !device.Owned("groups") {
		t.Error("registering again could change its groups")
	}
}

func TestDevicesAreFetchedAgainOnTheirPage(t *testing.T) {
	r, _ := fleetRig(t)
	for i := range 60 {
		must(t, r.DB.CreateDevice(store.Device{ID: fmt.Sprintf("e%02d", i), DeviceType: "U", Approved: true}))
	}
	answer := newBrowser(r, false).get("/ota-management/devices?type=U&from=50")
	wants(t, answer, http.StatusOK, `value="e59"`, "!value=\"e10\"", `data-live hx-get="/ota-management/devices?from=50&amp;type=U"`)
}

func TestAGroupTakesAllOrNone(t *testing.T) {
	r, _ := fleetRig(t)
	many := make([]string, 32)
	for i := range many {
		many[i] = fmt.Sprintf("group %d", i)
	}
	_, err := r.DB.UpdateDevice("d3", func(d *store.Device) error { d.Groups = many; return nil })
	must(t, err)
	unchanged(t, r, func() {
		answer := r.Script(http.MethodPost, "/api/v1/groups/beta/devices", map[string]any{"add": []string{"d0", "d1", "d2", "d3", "d4"}})
		wantProblem(t, answer, http.StatusUnprocessableEntity, "too_many_groups", "")
	})
	if got := groupsOf(t, r, "beta"); got != nil {
		t.Errorf("%v are in the group that was refused", got)
	}
}

func TestWhatBecameOfAGroupIsSaid(t *testing.T) {
	r, _ := fleetRig(t)
	b := newBrowser(r, false)
	for _, row := range []struct {
		name, do string
		devices  []string
		want     string
	}{
		{"two", "add", []string{"d0", "d1"}, "2 devices are new in the group beta."},
		{"one more", "add", []string{"d1", "d2"}, "1 device is new in the group beta."},
		{"none", "add", []string{"d1"}, "0 devices are new in the group beta."},
		{"one out", "remove", []string{"d1"}, "1 device is out of the group beta now."},
	} {
		t.Run(row.name, func(t *testing.T) {
			answer := b.post("/ota-management/devices/groups", url.Values{"device": row.devices, "group": {" beta "}, "do": {row.do}}.Encode())
			wants(t, answer, http.StatusSeeOther)
			if said := answer.Header.Get("Set-Cookie"); !strings.Contains(said, "="+url.QueryEscape(row.want)+";") {
				t.Errorf("it says %q, want %q", said, row.want)
			}
		})
	}
}

func TestGroupsByScript(t *testing.T) {
	r, _ := fleetRig(t)
	answer := r.Script(http.MethodPost, "/api/v1/groups/beta/devices", map[string]any{"add": []string{"d0", "d1"}})
	if wants(t, answer, http.StatusOK); answer.JSON(t)["changed"] != 2.0 {
		t.Errorf("%s", answer.Body)
	}
	answer = r.Script(http.MethodPost, "/api/v1/groups/beta/devices", map[string]any{"add": []string{"d1"}, "remove": []string{"d0"}})
	if wants(t, answer, http.StatusOK); answer.JSON(t)["changed"] != 1.0 {
		t.Errorf("%s", answer.Body)
	}
	want := map[string]any{"groups": []any{map[string]any{"group": "beta", "devices": 1.0}, map[string]any{"group": "hall", "devices": 1.0}}}
	if diff := cmp.Diff(want, r.Script(http.MethodGet, "/api/v1/groups", nil).JSON(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	devices := r.Script(http.MethodGet, "/api/v1/devices?group=beta&type=T&chip=esp32&seen_within=1", nil).JSON(t)["devices"].([]any)
	if len(devices) != 1 {
		t.Errorf("%v", devices)
	}
	wants(t, r.Script(http.MethodGet, "/api/v1/devices?seen_within=soon", nil), http.StatusBadRequest)
}

func TestAPinIsStrongerThanForce(t *testing.T) {
	r, key := fleetRig(t)
	other := r.Upload("T", otatest.Build(otatest.Options{Seed: 9}), false)
	_, err := r.DB.AssignDevice("d0", key, false)
	must(t, err)
	b := newBrowser(r, false)
	unchanged(t, r, func() {
		wants(t, b.post("/devices/d0/firmware", url.Values{"firmware_key": {other}, "force": {"true"}}.Encode()), http.StatusConflict)
	})
	wants(t, b.post("/devices/d0/firmware", url.Values{"firmware_key": {key}, "force": {"true"}}.Encode()), http.StatusSeeOther)
}
