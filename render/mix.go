package render

import (
	"cmp"
	"math"
	"slices"
)

// A panel shows a colour as a mixture of inks, dot beside dot: of black, white and at most two of the coloured inks,
// whose hues lie on either side of its own. What a panel cannot show is made paler until it can; its brightness is
// kept, as that is what the eye takes the shapes of things from.

// whole is how many parts a mixture is divided into. 16 for each of 255 steps, so that greys divide evenly, and few
// enough that products with them fit 32 bits.
const whole = 255 * 16

// mixture is up to four inks, from dark to light, and how many parts of each there are.
type mixture struct {
	inks  [4]uint8
	parts [4]int32
}

// mixer finds the mixtures of one palette.
type mixer struct {
	inks     [][3]int32 // red, green and blue of each
	tints    []pigment  // the same as brightness and tint
	white    uint8
	pigments []pigment // those that are no greys, by hue
	sectors  []sector
}

// sector is the hues between two pigments that are less than half a circle apart.
type sector struct {
	first, second pigment
	between       int32 // their cross product
}

// pigment is an ink by its brightness and its tint, the vector x, y: how much redder and how much bluer it is than a
// grey as bright.
type pigment struct {
	ink        uint8
	x, y, luma int32
}

func newMixer(p Palette) *mixer {
	m := &mixer{white: p.White}
	for i, c := range p.Colors {
		r, g, b := int32(c.R), int32(c.G), int32(c.B)
		m.inks = append(m.inks, [3]int32{r, g, b})
		l := brightness(r, g, b)
		m.tints = append(m.tints, pigment{uint8(i), r - l, b - l, l})
		if r != g || g != b {
			m.pigments = append(m.pigments, m.tints[i])
		}
	}
	slices.SortFunc(m.pigments, func(a, b pigment) int {
		return cmp.Compare(math.Atan2(float64(a.y), float64(a.x)), math.Atan2(float64(b.y), float64(b.x)))
	})
	for i, first := range m.pigments {
		second := m.pigments[(i+1)%len(m.pigments)]
		if between := cross(first.x, first.y, second.x, second.y); between > 0 {
			m.sectors = append(m.sectors, sector{first, second, between})
		}
	}
	return m
}

// faint is the tint below which a colour counts as grey; JPEG leaves more than none in greys.
const faint = 4

// mix is the mixture for a colour.
func (m *mixer) mix(r, g, b int32) mixture {
	l := brightness(r, g, b)
	x, y := r-l, b-l
	if max(x, -x)+max(y, -y) <= faint {
		return m.fill(pigment{}, 0, pigment{}, 0, l)
	}
	for i := range m.sectors {
		s := &m.sectors[i]
		one, two := cross(x, y, s.second.x, s.second.y), cross(s.first.x, s.first.y, x, y)
		if one >= 0 && two >= 0 {
			return m.fill(s.first, one*whole/s.between, s.second, two*whole/s.between, l)
		}
	}
	return m.alone(x, y, l)
}

// alone is the mixture for a hue that lies between no two inks: as much of the nearest as leans its way.
func (m *mixer) alone(x, y, l int32) mixture {
	var best pigment
	most := int32(0)
	for _, p := range m.pigments {
		if parts := (x*p.x + y*p.y) * whole / (p.x*p.x + p.y*p.y); parts > most {
			best, most = p, parts
		}
	}
	return m.fill(best, most, pigment{}, 0, l)
}

func cross(x, y, u, v int32) int32 { return x*v - y*u }

// fill completes so many parts of two inks with black and white to a brightness, and takes less of them where there
// would be more than a whole, or no way to be so dark or so bright.
func (m *mixer) fill(a pigment, partsA int32, b pigment, partsB int32, l int32) mixture {
	limit := func(have, most int64) {
		if have > most {
			partsA, partsB = int32(int64(partsA)*most/have), int32(int64(partsB)*most/have)
		}
	}
	limit(int64(partsA+partsB), whole)
	limit(int64(partsA)*int64(a.luma)+int64(partsB)*int64(b.luma), int64(l)*whole)
	limit(int64(partsA)*int64(255-a.luma)+int64(partsB)*int64(255-b.luma), int64(255-l)*whole)
	white := max(0, (l*whole-partsA*a.luma-partsB*b.luma+127)/255)
	white = min(white, whole-partsA-partsB)
	black := whole - partsA - partsB - white
	if a.luma > b.luma {
		a, partsA, b, partsB = b, partsB, a, partsA
	}
	return mixture{[4]uint8{0, a.ink, b.ink, m.white}, [4]int32{black, partsA, partsB, white}}
}

// colour is what a mixture looks like from afar: red, green, blue.
func (m *mixer) colour(mixed mixture) (sum [3]int32) {
	for i, ink := range mixed.inks {
		c, parts := &m.inks[ink], mixed.parts[i]
		sum[0], sum[1], sum[2] = sum[0]+c[0]*parts, sum[1]+c[1]*parts, sum[2]+c[2]*parts
	}
	for channel := range sum {
		sum[channel] = (sum[channel] + whole/2) / whole
	}
	return sum
}

// tintWeight is how much more a difference of tint counts than one of brightness. It keeps greys black and white:
// middle grey is nearer to red and green than to either in brightness, and must be further away on the whole.
const tintWeight = 4

// nearest is the ink that is nearest to a colour.
func (m *mixer) nearest(v [3]int32) uint8 {
	l := brightness(v[0], v[1], v[2])
	x, y := v[0]-l, v[2]-l
	best, found := int32(math.MaxInt32), uint8(0)
	for i := range m.tints {
		t := &m.tints[i]
		bright, red, blue := l-t.luma, x-t.x, y-t.y
		if distance := bright*bright + tintWeight*(red*red+blue*blue); distance <= best {
			best, found = distance, t.ink
		}
	}
	return found
}
