package render_test

import (
	"testing"
	"time"

	"personalcms/render"
)

func TestSensorWidget(t *testing.T) {
	reading := func(sensor, unit string, value float64) func(*render.Input) {
		return func(in *render.Input) {
			s := &in.Series[0]
			s.Sensor, s.Unit = sensor, unit
			for i := range s.Points {
				s.Points[i].Value = value - float64(len(s.Points)-i)*0.7
			}
			s.Latest = &render.Value{Value: value, At: in.Now.Add(-time.Minute)}
		}
	}
	goldenWidget(t, "sensor", []widgetCase{
		{name: "board", width: 266, height: 195},
		{name: "humidity", width: 266, height: 150, change: reading("humidity", "%", 71)},
		{name: "small", width: 130, height: 100},
		{name: "tiny", width: 100, height: 60},
		{name: "large", width: 800, height: 300},
		{name: "warn", width: 266, height: 195, change: reading("soil", "%", 24), widget: render.Widget{Options: render.Options{"below": "30", "sentence": "water again below 30 %"}}},
		{name: "calm", width: 266, height: 195, change: reading("soil", "%", 38), widget: render.Widget{Options: render.Options{"below": "30", "sentence": "water again below 30 %"}}},
		{name: "bound", width: 266, height: 150, change: reading("temperature", "°C", -40), widget: render.Widget{Options: render.Options{"below": "-10"}}},
		{name: "huge", width: 266, height: 150, change: reading("light", "lx", 1.2e9)},
		{name: "fahrenheit", width: 266, height: 150, change: func(in *render.Input) {
			in.Locale = render.NewLocale(render.Units{Temperature: "F"})
		}},
		{name: "stale", width: 266, height: 150, change: stale},
		{name: "empty", width: 266, height: 150, change: sourceless},
	})
}

func TestChartWidget(t *testing.T) {
	week := render.Widget{Options: render.Options{"span": "7d"}}
	goldenWidget(t, "chart", []widgetCase{
		{name: "week", width: 800, height: 220, widget: week},
		{name: "large", width: 800, height: 300},
		{name: "small", width: 190, height: 110},
		{name: "small-week", width: 190, height: 110, widget: week},
		{name: "month", width: 400, height: 220, widget: render.Widget{Options: render.Options{"span": "30d"}}},
		{name: "three", width: 600, height: 260, widget: render.Widget{Options: render.Options{"sensor2": "humidity", "sensor3": "pressure"}}},
		{name: "two-narrow", width: 266, height: 200, widget: render.Widget{Options: render.Options{"sensor2": "humidity"}}},
		{name: "gap", width: 400, height: 180, change: func(in *render.Input) {
			p := in.Series[0].Points
			in.Series[0].Points = append(p[:50:50], p[80:]...)
		}},
		{name: "flat", width: 300, height: 150, change: func(in *render.Input) {
			for i := range in.Series[0].Points {
				in.Series[0].Points[i].Value = 21
			}
		}},
		{name: "one", width: 300, height: 150, change: func(in *render.Input) { in.Series[0].Points = in.Series[0].Points[100:101] }},
		{name: "dark", width: 400, height: 180, widget: render.Widget{Dark: true}},
		{name: "stale", width: 400, height: 180, change: stale},
		{name: "empty", width: 300, height: 150, change: sourceless},
	})
}

func TestClimateWidget(t *testing.T) {
	goldenWidget(t, "climate", []widgetCase{
		{name: "board", width: 234, height: 240},
		{name: "wide", width: 440, height: 160},
		{name: "small", width: 150, height: 110},
		{name: "flat", width: 200, height: 70},
		{name: "stale", width: 234, height: 150, change: stale},
		{name: "arabic", width: 234, height: 240, change: func(in *render.Input) { in.Series[0].Label = "غرفة المعيشة" }},
		{name: "empty", width: 234, height: 110, change: sourceless},
	})
}

func TestStatusWidget(t *testing.T) {
	low := 7.0
	goldenWidget(t, "status", []widgetCase{
		{name: "line", width: 620, height: 64},
		{name: "short", width: 300, height: 64},
		{name: "block", width: 266, height: 220},
		{name: "battery", width: 140, height: 64, widget: render.Widget{Options: render.Options{"show": "battery"}}},
		{name: "low", width: 266, height: 160, change: func(in *render.Input) {
			in.Device.Battery, in.Device.Voltage, in.Device.RSSI, in.Device.LastSeen = &low, nil, -87, in.Now.Add(-70*time.Hour)
		}},
		{name: "empty", width: 266, height: 100, change: func(in *render.Input) { in.Device = render.Facts{} }},
	})
}
