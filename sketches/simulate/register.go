package simulate

import (
	"context"
	"maps"
	"net/http"
	"time"
)

const factoryVersion = "2.5.0"

// register introduces the device and, once it is known, starts everything else. A pending device asks again, rarely.
func (d *device) register(ctx context.Context) time.Duration {
	o, ok := d.askJSON(ctx, d.post(endRegister, "/api/devices/register", d.introduction()),
		"success=bool message=string device_id=string status=approved|pending token?=string server_time=time ota_pubkey?=string")
	if !ok {
		return d.wait
	}
	if done, ok := o["success"].(bool); ok && !done {
		d.violate(endRegister, "success is false in an answer with status 200")
	}
	if text(o["device_id"]) != d.id {
		d.violate(endRegister, "device_id is not the one that was sent")
	}
	d.takeToken(text(o["token"]))
	d.takePublicKey(text(o["ota_pubkey"]))
	d.registered = true
	d.setStatus(text(o["status"]))
	if d.approved || d.legacy {
		d.begin()
		d.greet(ctx)
		return never
	}
	d.startAt(actHeartbeat, time.Second)
	if !d.sim.OnlyUpdates {
		d.startAt(actScreen, 2*time.Second)
	}
	return pendingInterval
}

// introduction is the body of a registration.
func (d *device) introduction() object {
	o := object{
		"device_id": d.id, "device_name": d.name(), "occupation": "Simulated device", "device_type": d.DeviceType,
	}
	if d.legacy {
		return o
	}
	maps.Copy(o, object{
		"auth": "token", "firmware_version": d.Version, "mac": d.mac, "chip": d.sim.Chip, "flash_size": flashSize,
		"ota_slot_size": d.sim.SlotSize, "image_sha256": d.Image, "timezone": "Europe/Berlin",
		"panel":        object{"width": panelWidth, "height": panelHeight, "colors": 2},
		"capabilities": []string{"display", "temperature", "humidity", "motion", "led"},
	})
	return o
}

func (d *device) name() string { return "Simulated " + d.id[len(d.sim.Prefix)+1:] }

// takeToken keeps a token that the server handed out.
func (d *device) takeToken(token string) {
	switch {
	case token == "" && d.Token == "" && !d.legacy:
		d.violate(endRegister, `no token, although the device asked for one with "auth":"token" and had none`)
	case token != "" && d.legacy:
		d.violate(endRegister, "a token for a device that did not ask for one")
	case token != "":
		if len(token) < 43 {
			d.violate(endRegister, "the token is shorter than 256 bits in base64url")
		}
		d.Token = token
		d.save()
	}
}

// setStatus takes over what the server says of the device; one that was just approved starts everything.
func (d *device) setStatus(status string) {
	if status == "" {
		return
	}
	before := d.approved
	d.approved = status == "approved"
	switch {
	case d.legacy || !d.registered || d.approved == before: // nothing starts or stops
	case d.approved:
		d.begin()
	default:
		d.due[actSensor], d.due[actCheck] = never, never
		d.startAt(actRegister, pendingInterval)
	}
}

// begin makes everything due that an approved device does, a second apart.
func (d *device) begin() {
	d.due[actRegister] = never
	first := []action{actHeartbeat, actScreen, actSensor, actCheck}
	if d.legacy {
		first = []action{actHeartbeat, actContent, actSensor, actCheck, actSequence}
	}
	if d.sim.OnlyUpdates {
		first = []action{actHeartbeat, actCheck}
	}
	for i, a := range first {
		d.startAt(a, time.Duration(i+1)*time.Second)
	}
}

// startAt makes a due, unless it already is.
func (d *device) startAt(a action, after time.Duration) {
	if d.due[a] == never {
		d.due[a] = d.at + after
	}
}

// greet is what a sketch does once after each boot: fetch its preferences and log the reason of the reset.
func (d *device) greet(ctx context.Context) {
	if d.legacy || d.sim.OnlyUpdates {
		return
	}
	c := d.get(endPreferences, d.path("preferences"))
	c.aside = true
	d.askJSON(ctx, c, "status=success device_id=string device_name=string preferences=object")
	d.log(ctx, "info", "boot: "+d.resetReason)
}

// log sends one log entry.
func (d *device) log(ctx context.Context, level, message string) {
	entry := object{"time": d.sim.Now().UTC().Format(time.RFC3339), "level": level, "message": message}
	c := d.post(endLog, d.path("log"), object{"entries": []object{entry}})
	c.want, c.aside = []int{http.StatusNoContent}, true
	d.ask(ctx, c)
}
