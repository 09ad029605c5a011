package admin

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"personalcms/handlers/fleet"
	"personalcms/handlers/problem"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// formGroups puts devices into a group or takes them out of it: those that are chosen, or all that the filter of the
// address leaves.
func (h *Handler) formGroups(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	ids := form["device"]
	if form.Get("all") == "true" {
		ids = nil
		for _, board := range fleet.Match(h.fleet.Boards(h.now()), fleetFilter(c.QueryParams(), ""), h.now()) {
			ids = append(ids, board.ID)
		}
	}
	group, in := strings.TrimSpace(form.Get("group")), form.Get("do") != "remove"
	changed, err := h.regroup(c, group, ids, in)
	if err != nil {
		p := problem.Of(err)
		if p == problem.Internal {
			return err
		}
		return h.showFleet(c, http.StatusUnprocessableEntity, p.Detail)
	}
	words := counted(changed, "device is", "devices are") + " new in the group " + group + "."
	if !in {
		words = counted(changed, "device is", "devices are") + " out of the group " + group + " now."
	}
	return done(c, "/ota-management/devices?"+fleetQuery(c.QueryParams()).Encode(), words)
}

// badGroup is the answer to what groupName does not let through.
var badGroup = problem.New(http.StatusUnprocessableEntity, "bad_group", "A group’s name has 1 to 64 characters and no comma.")

// groupName tells whether a group can be called so.
func groupName(name string) bool {
	return strings.TrimSpace(name) != "" && utf8.RuneCountInString(name) <= maxName && !strings.Contains(name, ",")
}

// regroup puts devices into a group or takes them out of it, all or none, and says how many are changed by that. Ids
// that are not known are passed over.
func (h *Handler) regroup(c echo.Context, group string, ids []string, in bool) (int, error) {
	group = strings.TrimSpace(group)
	switch {
	case !groupName(group):
		return 0, badGroup
	case len(ids) == 0:
		return 0, problem.New(http.StatusUnprocessableEntity, "no_devices", "Choose the devices first.")
	}
	changed, err := h.db.UpdateDevices(ids, func(device *store.Device) error {
		switch {
		case slices.Contains(device.Groups, group) == in:
			return store.ErrUnchanged
		case !in:
			device.Groups = slices.DeleteFunc(slices.Clone(device.Groups), func(name string) bool { return name == group })
		case len(device.Groups) >= maxGroups:
			return problem.New(http.StatusUnprocessableEntity, "too_many_groups",
				device.Title()+" is in 32 groups already, which is the most. Nothing was changed: take it out of one first.")
		default:
			device.Groups = append(slices.Clone(device.Groups), group)
		}
		device.Own("groups")
		return nil
	})
	if err != nil || changed == 0 {
		return changed, err
	}
	words := "put " + counted(changed, "device", "devices") + " into the group " + group
	if !in {
		words = "took " + counted(changed, "device", "devices") + " out of the group " + group
	}
	return changed, h.audit(c, "", words)
}

// apiGroups lists the groups and how many approved devices each has.
func (h *Handler) apiGroups(c echo.Context) error {
	type groupInfo struct {
		Group   string `json:"group"`
		Devices int    `json:"devices"`
	}
	counts := fleet.Groups(h.fleet.Boards(h.now()))
	groups := []groupInfo{}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		groups = append(groups, groupInfo{name, counts[name]})
	}
	return c.JSON(http.StatusOK, map[string]any{"groups": groups})
}

// apiRegroup puts devices into a group and takes others out of it.
func (h *Handler) apiRegroup(c echo.Context) error {
	var req struct {
		Add    []string `json:"add"`
		Remove []string `json:"remove"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	group := param(c, "group")
	changed := 0
	for _, part := range []struct {
		ids []string
		in  bool
	}{{req.Add, true}, {req.Remove, false}} {
		if len(part.ids) == 0 {
			continue
		}
		n, err := h.regroup(c, group, part.ids, part.in)
		if changed += n; err != nil {
			return err
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"group": group, "changed": changed})
}
