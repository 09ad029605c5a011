package render

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"
)

// The published tables of error diffusion, as their authors print them: from the pixel itself, in the middle of the
// first row, to those that come after it.
var published = map[string]struct {
	divisor int
	rows    [][]int
}{
	DefaultDither: {16, [][]int{{0, 0, 0, 7, 0}, {0, 3, 5, 1, 0}}},
	"atkinson":    {8, [][]int{{0, 0, 0, 1, 1}, {0, 1, 1, 1, 0}, {0, 0, 1, 0, 0}}},
	"jarvis":      {48, [][]int{{0, 0, 0, 7, 5}, {3, 5, 7, 5, 3}, {1, 3, 5, 3, 1}}},
	"stucki":      {42, [][]int{{0, 0, 0, 8, 4}, {2, 4, 8, 4, 2}, {1, 2, 4, 2, 1}}},
}

// sheet is a picture of some channels, as wide numbers.
type sheet struct {
	width, height int
	pixels        [][]int
}

// spread hands an error on to the neighbours that are still to come.
func (s *sheet) spread(given [][]int, x, y int, e []int, name string) {
	for dy, row := range published[name].rows {
		for i, weight := range row {
			toX, toY := x+i-2, y+dy
			if toX < 0 || toX >= s.width || toY >= s.height {
				continue
			}
			for c := range e {
				given[toY*s.width+toX][c] += weight * e[c]
			}
		}
	}
}

// byTheBook dithers pixel after pixel: choose finds the ink for a pixel with what it was given, which it may change
// to what the error is counted from, and the colour of that ink.
func (s *sheet) byTheBook(name string, choose func(at int, v []int) (ink uint8, looks []int)) []uint8 {
	divisor := published[name].divisor
	given, out := make([][]int, len(s.pixels)), make([]uint8, len(s.pixels))
	for i, p := range s.pixels {
		given[i] = make([]int, len(p))
	}
	for y := range s.height {
		for x := range s.width {
			at := y*s.width + x
			v := make([]int, len(s.pixels[at]))
			for c := range v {
				v[c] = s.pixels[at][c] + int(math.Floor(float64(given[at][c])/float64(divisor)+0.5))
			}
			ink, looks := choose(at, v)
			out[at] = ink
			e := make([]int, len(v))
			for c := range e {
				e[c] = min(max(v[c]-looks[c], -255), 255)
			}
			s.spread(given, x, y, e, name)
		}
	}
	return out
}

func randomGray(width, height int, seed uint64) *image.Gray {
	random, img := rand.New(rand.NewPCG(seed, 5)), image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = uint8(min(255, max(0, 128+90*math.Sin(float64(i%width)/9)+float64(random.IntN(120))-60)))
	}
	return img
}

func randomColours(width, height int, seed uint64) *image.RGBA {
	random, img := rand.New(rand.NewPCG(seed, 6)), image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			soft := func(k float64) uint8 {
				return uint8(min(255, max(0, 128+110*math.Sin(float64(x)/k+float64(y)/11)+float64(random.IntN(60))-30)))
			}
			img.SetRGBA(x, y, color.RGBA{soft(13), soft(7), soft(23), 255})
		}
	}
	return img
}

func inksOf(b *Bitmap) []uint8 {
	out, bits := make([]uint8, 0, b.Width*b.Height), b.Inks().Bits
	for y := range b.Height {
		for x := range b.Width {
			out = append(out, b.ink(x, y, bits))
		}
	}
	return out
}

var awkward = []image.Point{{1, 1}, {2, 1}, {1, 9}, {3, 4}, {8, 8}, {61, 37}, {200, 90}}

func TestGreysAreDiffusedByTheBook(t *testing.T) {
	r := &Renderer{noise: sharedNoise}
	for name := range published {
		for _, p := range Palettes() {
			for i, size := range awkward {
				img := randomGray(size.X, size.Y, uint64(i))
				s := &sheet{width: size.X, height: size.Y}
				for _, v := range img.Pix {
					s.pixels = append(s.pixels, []int{int(v)})
				}
				want := s.byTheBook(name, func(_ int, v []int) (ink uint8, looks []int) {
					least := math.Inf(1)
					for _, grey := range p.greys() {
						looked := int(p.Colors[grey].R)
						if distance := math.Abs(float64(v[0] - looked)); distance <= least { // of two as near, the lighter
							least, ink, looks = distance, grey, []int{looked}
						}
					}
					return ink, looks
				})
				if got := inksOf(r.dots(img, p, name)); !bytes.Equal(got, want) {
					t.Fatalf("%s in %s at %v differs from the book", name, p.Name, size)
				}
			}
		}
	}
}

func TestColoursAreDiffusedByTheBook(t *testing.T) {
	r := &Renderer{noise: sharedNoise}
	for name := range published {
		for _, p := range Palettes() {
			if !p.coloured() {
				continue
			}
			m := newMixer(p)
			for i, size := range awkward {
				img := randomColours(size.X, size.Y, uint64(i))
				s := &sheet{width: size.X, height: size.Y}
				for at := range size.X * size.Y {
					c := m.colour(m.mix(int32(img.Pix[4*at]), int32(img.Pix[4*at+1]), int32(img.Pix[4*at+2])))
					s.pixels = append(s.pixels, []int{int(c[0]), int(c[1]), int(c[2])})
				}
				want := s.byTheBook(name, func(_ int, v []int) (ink uint8, looks []int) {
					least, luma := math.Inf(1), brightness(int32(v[0]), int32(v[1]), int32(v[2]))
					for of, c := range p.Colors {
						own := brightness(int32(c.R), int32(c.G), int32(c.B))
						bright, red, blue := float64(luma-own), float64(v[0]-int(luma)-int(c.R)+int(own)), float64(v[2]-int(luma)-int(c.B)+int(own))
						if distance := bright*bright + 4*red*red + 4*blue*blue; distance <= least {
							least, ink, looks = distance, uint8(of), []int{int(c.R), int(c.G), int(c.B)}
						}
					}
					return ink, looks
				})
				if got := inksOf(r.dots(img, p, name)); !bytes.Equal(got, want) {
					t.Fatalf("%s in %s at %v differs from the book", name, p.Name, size)
				}
			}
		}
	}
}
