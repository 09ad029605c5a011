package device_test

import (
	"net/http"
	"testing"
	"time"

	"personalcms/content/schedule"
	"personalcms/handlers/rig"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// TestButtonsAndCardsTurnThePlaylist: after the reading is stored, as the device's buttons say.
func TestButtonsAndCardsTurnThePlaylist(t *testing.T) {
	for _, tc := range []struct {
		name, body string
		want       int // index of the entry that it stands at; −1 = it was not turned
	}{
		{"next", `{"button":"short"}`, 1},
		{"previous", `{"button":"long"}`, 2},
		{"nothing", `{"button":"double"}`, -1},
		{"a card, in small letters", `{"nfc_uid":"04:a2:19:bb"}`, 2},
		{"a card nobody knows", `{"nfc_uid":"04A219BC"}`, -1},
		{"two in a batch", `{"batch":[{"button":"short"},{"button":"short"}]}`, 2},
		{"beside a value that cannot be", `{"button":"short","temperature":900}`, 1},
		{"a button that is none", `{"button":"triple"}`, -1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := rig.New(t)
			token := r.Enrol(panelID, panelType)
			must := func(err error) {
				if err != nil {
					t.Fatal(err)
				}
			}
			entry := schedule.Entry{Kind: schedule.KindLayout, Ref: "default", Seconds: 86400}
			must(r.DB.SavePlaylist(schedule.Playlist{ID: "day", Name: "Day", Entries: []schedule.Entry{entry, entry, entry}}))
			_, err := r.DB.UpdateDevice(panelID, func(device *store.Device) error {
				device.Playlist = "day"
				device.Anchor = schedule.Anchor{Playlist: "day", At: rig.Start.Add(-time.Minute)}
				device.Buttons = store.Buttons{Short: "next", Long: "previous", Cards: map[string]string{"04A219BB": "entry:3"}}
				return nil
			})
			must(err)
			r.Do(http.MethodPost, sensorPath, tc.body, "Authorization", token)
			device := deviceOf(t, r, panelID)
			got, queued := device.Anchor.Index, len(device.Commands)
			if device.Anchor.At.Before(rig.Start) {
				got = -1
			}
			if diff := cmp.Diff([]int{tc.want, min(1, tc.want+1)}, []int{got, queued}); diff != "" {
				t.Errorf("entry and commands (-want +got):\n%s", diff)
			}
		})
	}
}
