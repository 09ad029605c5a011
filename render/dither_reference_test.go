package render_test

import (
	"fmt"
	"image"
	"math/rand/v2"
	"testing"

	"personalcms/render"
)

// ditherByTheBook is Floyd–Steinberg as textbooks have it: it visits every pixel in turn and hands its error on to
// the four neighbours that are still to come. It keeps no bias, no lanes and no bytes, so it can judge Dither.
func ditherByTheBook(img *image.Gray) [][]bool {
	width, height := img.Bounds().Dx(), img.Bounds().Dy()
	given := make([][]int, height) // sixteenths of errors handed to each pixel
	white := make([][]bool, height)
	for y := range height {
		given[y], white[y] = make([]int, width), make([]bool, width)
	}
	give := func(x, y, sixteenths int) {
		if x >= 0 && x < width && y < height {
			given[y][x] += sixteenths
		}
	}
	for y := range height {
		for x := range width {
			gray := int(img.GrayAt(img.Bounds().Min.X+x, img.Bounds().Min.Y+y).Y)
			err := gray + floorDiv(given[y][x]+8, 16) // nearest, halves up
			if err >= 128 {
				white[y][x] = true
				err -= 255
			}
			give(x+1, y, 7*err)
			give(x-1, y+1, 3*err)
			give(x, y+1, 5*err)
			give(x+1, y+1, err)
		}
	}
	return white
}

func floorDiv(a, b int) int {
	if a%b < 0 {
		return a/b - 1
	}
	return a / b
}

// sameAsTheBook compares every pixel, and the bits beyond the width, which must be 0.
func sameAsTheBook(t *testing.T, img *image.Gray) {
	t.Helper()
	got, want := render.Dither(img), ditherByTheBook(img)
	width, height := img.Bounds().Dx(), img.Bounds().Dy()
	if got.Width != width || got.Height != height || got.Stride != (width+7)/8 || len(got.Pix) != got.Stride*height {
		t.Fatalf("%v made a bitmap of %d×%d, stride %d, %d bytes", img.Bounds(), got.Width, got.Height, got.Stride, len(got.Pix))
	}
	for y := range height {
		for x := range width {
			if got.White(x, y) != want[y][x] {
				t.Fatalf("%d×%d: pixel %d, %d: white is %v, by the book it is %v", width, height, x, y, got.White(x, y), want[y][x])
			}
		}
		if last := got.Pix[(y+1)*got.Stride-1]; width%8 != 0 && last&(0xff>>(width%8)) != 0 {
			t.Fatalf("%d×%d: row %d has bits beyond the width: %08b", width, height, y, last)
		}
	}
}

// noise is a picture of random grays, the same for the same seed.
func noise(width, height int, seed uint64) *image.Gray {
	random := rand.New(rand.NewPCG(seed, 1976))
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = byte(random.Uint32())
	}
	return img
}

// extremes is random black and white: the largest errors there are.
func extremes(width, height int, seed uint64) *image.Gray {
	img := noise(width, height, seed)
	for i, gray := range img.Pix {
		img.Pix[i] = byte(int8(gray) >> 7)
	}
	return img
}

func flat(width, height int, gray byte) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = gray
	}
	return img
}

// slope grows brighter from one corner to the other.
func slope(width, height int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		x, y := i%width, i/width
		img.Pix[i] = byte((x*255/max(width-1, 1) + y*255/max(height-1, 1)) / 2)
	}
	return img
}

func TestDitherIsByTheBookAtEverySmallSize(t *testing.T) {
	for width := 1; width <= 67; width++ {
		for height := 1; height <= 13; height++ {
			sameAsTheBook(t, noise(width, height, uint64(width*100+height)))
		}
		sameAsTheBook(t, noise(width, 45, uint64(width)))
		sameAsTheBook(t, extremes(width, 22, uint64(width)))
	}
}

func TestDitherIsByTheBook(t *testing.T) {
	steps := func(width, height int) *image.Gray { // hard edges between few tones
		img := slope(width, height)
		for i := range img.Pix {
			img.Pix[i] &= 0xc0
		}
		return img
	}
	for name, img := range map[string]*image.Gray{
		"noise on a panel":    noise(800, 480, 1),
		"extremes on a panel": extremes(800, 480, 2),
		"slope on a panel":    slope(800, 480),
		"steps on a panel":    steps(800, 480),
		"upright":             noise(480, 800, 3),
		"largest":             noise(2000, 2000, 4),
		"odd":                 noise(1303, 981, 5),
		"one row":             noise(2000, 1, 6),
		"one column":          noise(1, 2000, 7),
		"slope of one row":    slope(256, 1),
	} {
		t.Run(name, func(t *testing.T) { sameAsTheBook(t, img) })
	}
}

func TestDitherIsByTheBookForFlatGrays(t *testing.T) {
	for gray := range 256 {
		sameAsTheBook(t, flat(101, 39, byte(gray)))
	}
}

func TestDitherIsByTheBookForSubImages(t *testing.T) {
	whole := noise(131, 97, 8)
	far := noise(60, 50, 9)
	far.Rect = far.Rect.Add(image.Pt(-1000, 7000))
	for _, cut := range []image.Rectangle{
		image.Rect(0, 0, 131, 97), image.Rect(1, 1, 130, 96), image.Rect(37, 11, 38, 12), image.Rect(5, 90, 131, 97),
		image.Rect(129, 0, 131, 97), image.Rect(64, 3, 80, 20),
	} {
		t.Run(fmt.Sprint(cut), func(t *testing.T) { sameAsTheBook(t, whole.SubImage(cut).(*image.Gray)) })
	}
	t.Run("far from 0, 0", func(t *testing.T) { sameAsTheBook(t, far) })
}

func FuzzDitherIsByTheBook(f *testing.F) {
	f.Add(uint8(1), []byte{127})
	f.Add(uint8(9), []byte("a picture is worth a thousand dots, give or take the errors"))
	f.Add(uint8(64), make([]byte, 500))
	f.Fuzz(func(t *testing.T, width uint8, grays []byte) {
		height := len(grays) / max(int(width), 1)
		if width == 0 || height == 0 {
			t.Skip("no picture")
		}
		sameAsTheBook(t, &image.Gray{Pix: grays, Stride: int(width), Rect: image.Rect(0, 0, int(width), height)})
	})
}
