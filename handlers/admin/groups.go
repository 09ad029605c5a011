package admin

import (
	"fmt"
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
	changed, err := h.regroup(c, form.Get("group"), ids, form.Get("do") != "remove")
	if err != nil {
		p := problem.Of(err)
		if p == problem.Internal {
			return err
		}
		return h.showFleet(c, http.StatusUnprocessableEntity, p.Detail)
	}
	words := fmt.Sprintf("%d devices are in the group %s now.", changed, form.Get("group"))
	if form.Get("do") == "remove" {
		words = fmt.Sprintf("%d devices are out of the group %s.", changed, form.Get("group"))
	}
	return done(c, "/ota-management/devices?"+fleetQuery(c.QueryParams()).Encode(), words)
}

// regroup puts devices into a group or takes them out of it, and says how many are changed by that. Ids that are
// not known are passed over.
func (h *Handler) regroup(c echo.Context, group string, ids []string, in bool) (int, error) {
	group = strings.TrimSpace(group)
	switch {
	case group == "" || utf8.RuneCountInString(group) > maxName || strings.Contains(group, ","):
		return 0, problem.New(http.StatusUnprocessableEntity, "bad_group", "A group’s name has 1 to 64 characters and no comma.")
	case len(ids) == 0:
		return 0, problem.New(http.StatusUnprocessableEntity, "no_devices", "Choose the devices first.")
	}
	changed := 0
	for _, id := range ids {
		moved := false
		_, err := h.db.UpdateDevice(id, func(device *store.Device) error {
			moved = slices.Contains(device.Groups, group) != in
			switch {
			case !moved:
				return store.ErrUnchanged
			case !in:
				device.Groups = slices.DeleteFunc(slices.Clone(device.Groups), func(name string) bool { return name == group })
			case len(device.Groups) >= maxGroups:
				return problem.New(http.StatusUnprocessableEntity, "too_many_groups", device.Title()+" is in 32 groups already, which is the most.")
			default:
				device.Groups = append(slices.Clone(device.Groups), group)
			}
			device.Own("groups")
			return nil
		})
		if unknownDevice(err) == problem.UnknownDevice {
			continue
		}
		if err != nil {
			return changed, err
		}
		if moved {
			changed++
		}
	}
	words := fmt.Sprintf("put %d devices into the group %s", changed, group)
	if !in {
		words = fmt.Sprintf("took %d devices out of the group %s", changed, group)
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
