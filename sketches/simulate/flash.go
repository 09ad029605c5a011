package simulate

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// load reads the device's flash from Config.StateDir; without a usable file the device is as from the factory.
func (d *device) load() {
	if d.sim.StateDir == "" {
		return
	}
	data, err := os.ReadFile(d.stateFile())
	if err != nil {
		return
	}
	var f flash
	if json.Unmarshal(data, &f) != nil || f.Image == "" {
		d.sim.printf("%s: %s is damaged; starting as from the factory", d.id, d.stateFile())
		return
	}
	d.flash = f
}

// save writes the device's flash.
func (d *device) save() {
	if d.sim.StateDir == "" {
		return
	}
	data, err := json.Marshal(d.flash)
	if err == nil {
		err = replaceFile(d.stateFile(), data)
	}
	if err != nil {
		d.sim.printf("%s: %v", d.id, err)
	}
}

func (d *device) stateFile() string { return filepath.Join(d.sim.StateDir, d.id+".json") }
