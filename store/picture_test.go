package store

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personalcms/render"
)

// TestHowAPictureIsShown has pictures from before there were edits, and edited ones.
func TestHowAPictureIsShown(t *testing.T) {
	fit, dark := render.DefaultEdit(), render.DefaultEdit()
	fit.Mode = "fit"
	dark.Brightness = -20
	darkFit := dark
	darkFit.Mode = "fit"
	for name, row := range map[string]struct {
		stored string
		mode   string // set afterwards
		want   render.Edit
	}{
		"old, fill":         {`{"mode":"fill"}`, "", render.DefaultEdit()},
		"old, fit":          {`{"mode":"fit"}`, "", fit},
		"older than modes":  {`{}`, "", render.DefaultEdit()},
		"old, made to fit":  {`{"mode":"fill"}`, "fit", fit},
		"edited":            {`{"mode":"fit","edit":{"focus_x":0.5,"focus_y":0.5,"mode":"fill","auto_levels":true,"brightness":-20}}`, "", dark},
		"edited, then fits": {`{"mode":"fill","edit":{"focus_x":0.5,"focus_y":0.5,"mode":"fill","auto_levels":true,"brightness":-20}}`, "fit", darkFit},
	} {
		var picture Picture
		if err := json.Unmarshal([]byte(row.stored), &picture); err != nil {
			t.Fatal(err)
		}
		if row.mode != "" {
			picture.SetMode(row.mode)
		}
		if diff := cmp.Diff(row.want, picture.Shown()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
