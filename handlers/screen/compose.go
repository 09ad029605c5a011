package screen

import (
	"fmt"
	"time"

	"personalcms/content/schedule"
	"personalcms/render"
	"personalcms/store"
)

// composer finds out what one screen shows.
type composer struct {
	*Screens
	desk     *desk
	device   store.Device
	settings store.Settings
	now      time.Time
	expected []time.Time // when something new is expected for what is on the screen
}

// approval is what a device shows until its owner approves it.
func (s *Screens) approval(desk *desk, device store.Device, settings store.Settings, base string, now time.Time) render.Screen {
	c := composer{Screens: s, desk: desk, device: device, settings: settings, now: now}
	wanted := c.sheet(render.KindApproval)
	wanted.Code, wanted.URL = device.Code, base+"/devices/"+device.ID
	return wanted
}

// sheet is an empty screen of a kind for the device.
func (c *composer) sheet(kind string) render.Screen {
	return render.Screen{
		Kind: kind, Panel: PanelOf(c.device), Name: c.device.Title(), DeviceID: c.device.ID,
		Now:    c.now.Truncate(clockStep(c.device, c.settings)).In(c.desk.in(c.device, c.settings)),
		Locale: render.NewLocale(c.settings.Units),
	}
}

// compose is the screen that a plan asks for.
func (c *composer) compose(plan schedule.Decision) (render.Screen, error) {
	switch plan.Show.Kind {
	case schedule.KindMessage:
		wanted := c.sheet(render.KindMessage)
		for _, message := range c.device.Messages {
			if message.ID == plan.Show.Ref {
				wanted.Message = message.Text
			}
		}
		return wanted, nil
	case schedule.KindNight, schedule.KindKeep:
		wanted := c.sheet(render.KindNight)
		wanted.Message = c.night(plan)
		return wanted, nil
	case schedule.KindPicture, schedule.KindAlbum:
		wanted := c.sheet(render.KindPicture)
		var err error
		wanted.Photo, err = c.picture(plan.Show.Picture)
		return wanted, err
	case schedule.KindLayout:
		return c.layout(plan.Show.Ref)
	}
	return c.layout(render.DefaultLayout)
}

// night is the sentence on the night screen.
func (c *composer) night(plan schedule.Decision) string {
	locale := render.NewLocale(c.settings.Units)
	if plan.Until.IsZero() || plan.Until.Sub(c.now) > 24*time.Hour {
		return locale.Word("good night")
	}
	return locale.Word("wakes at") + " " + locale.Time(plan.Until.In(c.desk.in(c.device, c.settings)))
}

// layout is a layout with all that its widgets need.
func (c *composer) layout(id string) (render.Screen, error) {
	if id == render.DefaultLayout && len(c.device.Pictures) > 0 {
		id = render.DefaultPhotoLayout
	}
	stored, err := c.db.Layout(id)
	if err != nil {
		return render.Screen{}, err
	}
	return c.arranged(stored.Layout)
}

func (c *composer) arranged(layout render.Layout) (render.Screen, error) {
	wanted := c.sheet(render.KindLayout)
	wanted.Layout = layout
	facts := c.facts()
	for _, w := range layout.Widgets {
		in, err := c.inputOf(w)
		if err != nil {
			return render.Screen{}, fmt.Errorf("layout %q, widget %q: %w", layout.ID, w.ID, err)
		}
		in.Device, in.Place = facts, c.settings.Place
		wanted.Inputs = append(wanted.Inputs, in)
	}
	return wanted, nil
}

// PreviewLayout draws a layout that may not be saved yet, as a device's panel would show it now.
func (s *Screens) PreviewLayout(device store.Device, layout render.Layout, now time.Time) (*render.Bitmap, error) {
	c := composer{Screens: s, desk: newDesk(), device: device, settings: s.db.Settings(), now: now}
	wanted, err := c.arranged(layout)
	if err != nil {
		return nil, err
	}
	return s.renderer.Draw(render.Prepare(wanted))
}

// facts is what is known of the device, for widgets.
func (c *composer) facts() render.Facts {
	status := c.db.Status(c.device.ID)
	facts := render.Facts{
		ID: c.device.ID, Name: c.device.Title(), RSSI: status.WiFiRSSI, LastSeen: status.LastSeen, Address: status.Address,
		Firmware:  c.device.FirmwareVersion,
		Online:    c.now.Sub(status.LastSeen) < time.Duration(c.settings.ActiveTimeout)*time.Second,
		MobileURL: c.settings.PublicURL + "/mobile/" + c.device.ID,
	}
	if status.HasBattery {
		facts.Battery = &status.BatteryPercent
	}
	if voltage, ok := status.Latest["battery_voltage"]; ok {
		facts.Voltage = &voltage.Value
	}
	return facts
}
