package simulate

import (
	"context"
	"fmt"
	"time"
)

// heartbeat reports the device's health, acknowledges commands and executes new ones.
func (d *device) heartbeat(ctx context.Context) time.Duration {
	acks := d.commands.unacked
	c := d.post(endHeartbeat, d.path("heartbeat"), d.health(acks))
	spec := "status=heartbeat_received timestamp=string device_status?=string"
	if !d.legacy {
		spec = "status=heartbeat_received timestamp=time device_status=string next_heartbeat_seconds=number" +
			" commands?[].id=id commands?[].name=refresh|restart|identify|check_update|set_interval|led commands?[].args?=object"
	}
	o, ok := d.askJSON(ctx, c, spec)
	if !ok {
		return d.wait
	}
	d.setStatus(text(o["device_status"]))
	if d.legacy {
		return heartbeatInterval
	}
	every := seconds(number(o["next_heartbeat_seconds"]))
	if every > 0 {
		d.heartbeatEvery = clampInterval(every)
	}
	d.commands.acknowledged(acks)
	list, _ := o["commands"].([]any)
	for _, item := range list {
		if cmd, ok := item.(object); ok {
			d.receive(cmd)
		}
	}
	d.settle(ctx)
	return d.heartbeatEvery
}

// health is the body of a heartbeat.
func (d *device) health(acks []any) object {
	if d.legacy {
		return object{
			"version": legacyVersion, "device_name": d.name(), "occupation": "Simulated device", "device_type": d.DeviceType,
			"uptime": d.uptime(), "free_heap": 180000 - d.number%1000, "wifi_rssi": d.rssi(), "current_mode": "dashboard",
		}
	}
	o := object{
		"version": d.Version, "device_type": d.DeviceType, "uptime": d.uptime(), "free_heap": 172000 + d.values.IntN(9000),
		"min_free_heap": 151000, "wifi_rssi": d.rssi(), "current_mode": "dashboard", "led_mode": d.ledMode,
		"led_brightness": d.ledBrightness, "reset_reason": d.resetReason, "image_sha256": d.Image, "ota_state": d.otaState,
		"boot_count": d.Boots,
	}
	if len(acks) > 0 {
		o["acks"] = acks
	}
	return o
}

// rssi is a signal strength that differs between boards and wavers a little.
func (d *device) rssi() int { return -52 - d.number%28 - d.values.IntN(5) }

// clampInterval bounds an interval from the server to what a sketch accepts.
func clampInterval(every time.Duration) time.Duration {
	return min(max(every, 10*time.Second), 24*time.Hour)
}

// commands remembers what was executed, so that a command delivered twice acts once.
type commands struct {
	unacked []any           // ids to acknowledge with the next heartbeat
	done    map[string]bool // by id; true once the acknowledgement was answered
}

// acknowledged marks ids whose heartbeat was answered.
func (c *commands) acknowledged(acks []any) {
	for _, id := range acks {
		c.done[fmt.Sprint(id)] = true
	}
	c.unacked = c.unacked[len(acks):]
}

// receive executes a command unless it was executed before, and acknowledges it either way.
func (d *device) receive(cmd object) {
	id := fmt.Sprint(cmd["id"])
	if d.commands.done == nil {
		d.commands.done = map[string]bool{}
	}
	acked, known := d.commands.done[id]
	if acked {
		d.violate(endHeartbeat, fmt.Sprintf("command %s delivered again after its acknowledgement", id))
	}
	d.commands.unacked = append(d.commands.unacked, cmd["id"])
	if known {
		return
	}
	d.commands.done[id] = false
	d.sim.count(func(r *Report) { r.Commands++ })
	args, _ := cmd["args"].(object)
	d.execute(text(cmd["name"]), args)
}

func (d *device) execute(name string, args object) {
	switch name {
	case "refresh":
		d.due[actScreen] = d.at
	case "check_update":
		d.due[actCheck] = d.at
	case "restart":
		d.reboot("software")
	case "identify":
		d.sim.printf("%s: here I am", d.id)
	case "led":
		if mode := text(args["mode"]); mode != "" {
			d.ledMode = mode
		}
		if n, ok := integer(args["brightness"]); ok {
			d.ledBrightness = n
		}
	case "set_interval":
		if every := smallest(args); every > 0 {
			d.heartbeatEvery = clampInterval(every)
		}
	}
}

// smallest is the smallest positive number of args in seconds: PROTOCOL.md does not name the keys of set_interval.
func smallest(args object) time.Duration {
	least := 0.0
	for _, value := range args {
		if n := number(value); n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	return seconds(least)
}

// reboot loses memory: the device registers again, then starts from the beginning.
func (d *device) reboot(reason string) {
	d.bootAt, d.Boots, d.resetReason = d.at, d.Boots+1, reason
	d.wait = 3 * time.Second
	d.screen.etag = ""
	d.update.part = part{}
	d.unregister()
	d.save()
}
