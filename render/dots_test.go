package render

import (
	"image"
	"image/color"
	"math"
	"slices"
	"sync"
	"testing"
)

func evenly(width, height int, c color.Color) (*image.Gray, *image.RGBA) {
	gray, colour := image.NewGray(image.Rect(0, 0, width, height)), image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			gray.Set(x, y, c)
			colour.Set(x, y, c)
		}
	}
	return gray, colour
}

// looks is what a bitmap looks like from afar: the mean of its red, green and blue.
func looks(b *Bitmap) [3]float64 {
	p, sum := b.Inks(), [3]float64{}
	for _, ink := range inksOf(b) {
		c := p.Colors[ink]
		sum[0], sum[1], sum[2] = sum[0]+float64(c.R), sum[1]+float64(c.G), sum[2]+float64(c.B)
	}
	for i := range sum {
		sum[i] /= float64(b.Width * b.Height)
	}
	return sum
}

// TestFlatGreysKeepTheirBrightness holds for every way but the two that are meant to change it.
func TestFlatGreysKeepTheirBrightness(t *testing.T) {
	r := &Renderer{noise: sharedNoise}
	for _, d := range Dithers() {
		most := map[string]float64{"atkinson": 40, "threshold": 128, "jarvis": 1.5, "bayer": 2.1, "blue-noise": 0.6}[d.Name]
		if most == 0 {
			most = 1
		}
		for _, p := range Palettes() {
			worst := 0.0
			for v := 0; v < 256; v += 17 {
				gray, colour := evenly(256, 128, color.Gray{uint8(v)})
				for _, img := range []image.Image{gray, colour} {
					if _, ok := img.(*image.RGBA); ok && !p.coloured() {
						continue
					}
					seen := looks(r.dots(img, p, d.Name))
					if seen[0] != seen[1] || seen[1] != seen[2] {
						t.Fatalf("%s in %s: grey %d came out coloured, %v", d.Name, p.Name, v, seen)
					}
					worst = max(worst, math.Abs(seen[0]-float64(v)))
				}
			}
			if worst > most {
				t.Errorf("%s in %s: a flat grey came out %.2f of 255 off", d.Name, p.Name, worst)
			}
		}
	}
}

// TestOrderedIsMonotone makes a grey lighter step by step: no dot may become darker.
func TestOrderedIsMonotone(t *testing.T) {
	r := &Renderer{noise: sharedNoise}
	for _, name := range []string{"bayer", "blue-noise", "threshold"} {
		for _, p := range Palettes() {
			var before []uint8
			for v := range 256 {
				gray, _ := evenly(64, 64, color.Gray{uint8(v)})
				now := inksOf(r.dots(gray, p, name))
				for i := range before {
					if p.Colors[now[i]].R < p.Colors[before[i]].R {
						t.Fatalf("%s in %s: dot %d is darker in grey %d than in %d", name, p.Name, i, v, v-1)
					}
				}
				before = now
			}
		}
	}
}

func TestBlackWhiteAndInksStayThemselves(t *testing.T) {
	r := &Renderer{noise: sharedNoise}
	for _, d := range Dithers() {
		for _, p := range Palettes() {
			for ink, c := range p.Colors {
				gray, colour := evenly(40, 30, c)
				var img image.Image = gray
				if p.coloured() {
					img = colour
				}
				seen := inksOf(r.dots(img, p, d.Name))
				other := len(seen) - len(slices.DeleteFunc(slices.Clone(seen), func(i uint8) bool { return i != uint8(ink) }))
				if other > len(seen)/20 {
					t.Errorf("%s in %s: %d of %d dots of ink %d are others", d.Name, p.Name, other, len(seen), ink)
				}
			}
		}
	}
}

// TestColoursKeepTheirBrightness has colours that no panel shows: they may become paler, not darker or lighter.
func TestColoursKeepTheirBrightness(t *testing.T) {
	r := &Renderer{noise: sharedNoise}
	for _, c := range []color.RGBA{
		{255, 0, 0, 255},
		{0, 255, 0, 255},
		{0, 0, 255, 255},
		{255, 255, 0, 255},
		{0, 255, 255, 255},
		{255, 0, 255, 255},
		{200, 150, 120, 255},
		{90, 120, 60, 255},
		{30, 60, 110, 255},
		{240, 220, 200, 255},
		{12, 10, 40, 255},
	} {
		for _, p := range Palettes() {
			if !p.coloured() {
				continue
			}
			for _, name := range []string{DefaultDither, "jarvis", "stucki", "bayer", "blue-noise"} {
				_, img := evenly(192, 128, c)
				seen := looks(r.dots(img, p, name))
				got := 0.299*seen[0] + 0.587*seen[1] + 0.114*seen[2]
				want := 0.299*float64(c.R) + 0.587*float64(c.G) + 0.114*float64(c.B)
				if math.Abs(got-want) > 4 {
					t.Errorf("%s in %s: %v is %.1f bright, came out %.1f", name, p.Name, c, want, got)
				}
			}
		}
	}
}

func TestMixturesAreWholeAndBright(t *testing.T) {
	for _, p := range Palettes() {
		if !p.coloured() {
			continue
		}
		m := newMixer(p)
		for at := range 32 * 32 * 32 {
			r, g, b := int32(at%32*255/31), int32(at/32%32*255/31), int32(at/1024*255/31)
			mixed, sum := m.mix(r, g, b), int32(0)
			for _, parts := range mixed.parts {
				if parts < 0 {
					t.Fatalf("%s: %d %d %d is %+v", p.Name, r, g, b, mixed)
				}
				sum += parts
			}
			c := m.colour(mixed)
			if is, wants := brightness(c[0], c[1], c[2]), brightness(r, g, b); sum != whole || is < wants-2 || is > wants+2 {
				t.Fatalf("%s: %d %d %d is %+v: %d of %d parts, %d bright instead of %d", p.Name, r, g, b, mixed, sum, whole, is, wants)
			}
		}
	}
}

func TestThresholdsAreEachOnce(t *testing.T) {
	for name, square := range map[string]*thresholds{"bayer": bayer(), "blue noise": sharedNoise()} {
		ranks := slices.Clone(square.ranks)
		slices.Sort(ranks)
		for i, rank := range ranks {
			if int(rank) != i || len(ranks) != square.side*square.side {
				t.Fatalf("%s: rank %d of %d is %d", name, i, len(ranks), rank)
			}
		}
	}
}

// TestBayerByHand is the beginning of the square as it is printed everywhere.
func TestBayerByHand(t *testing.T) {
	want := []uint16{0, 32, 8, 40, 2, 34, 10, 42, 48, 16, 56, 24, 50, 18, 58, 26}
	if got := bayer().ranks[:16]; !slices.Equal(got, want) {
		t.Errorf("-want +got\n-%d\n+%d", want, got)
	}
}

// TestBlueNoiseHasNoLowFrequencies compares how unevenly dots lie over areas of 8 × 8 with dots strewn by chance.
func TestBlueNoiseHasNoLowFrequencies(t *testing.T) {
	for _, dots := range []int{200, 1000, 2048, 3500} {
		counts, ranks := [64]float64{}, sharedNoise().ranks
		for i, rank := range ranks {
			if int(rank) < dots {
				counts[i/64/8*8+i%64/8]++
			}
		}
		mean, variance := float64(dots)/64, 0.0
		for _, n := range counts {
			variance += (n - mean) * (n - mean) / 64
		}
		byChance := mean * (1 - float64(dots)/4096)
		if variance > byChance/4 {
			t.Errorf("%d dots: variance %.2f, by chance %.2f", dots, variance, byChance)
		}
	}
}

// sharedNoise is the square of blue noise, made once for all tests.
var sharedNoise = sync.OnceValue(blueNoise)
