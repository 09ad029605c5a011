package render_test

import (
	"testing"

	"personalcms/render"
)

// scripts are sentences in the writings a household may use, each with what goes wrong first: joining, marks,
// order, line breaks without blanks, and emoji of several characters.
func scripts() []string {
	return []string{
		"Čučoriedky, Łódź, ñandú, œuvre, Größe, ả ữ ệ, e\u0301te\u0301",
		"Ο καιρός σήμερα: λιακάδα, 23 °C",
		"Погода сегодня: ясно, ветер 5 м/с",
		"الطقس جميل اليوم في القاهرة، 23°",
		"مزج: بث ESP32 على Wi-Fi الساعة 14:05",
		"שָׁלוֹם עולם, היום 23° בחיפה",
		"नमस्ते, आज मौसम अच्छा है। क्षत्रिय ज्ञान श्री हिन्दी",
		"วันนี้อากาศดีมากและท้องฟ้าแจ่มใสที่กรุงเทพมหานคร เย็นนี้มีฝนตกเล็กน้อย",
		"今天天气很好，适合出去走走；明天有雨，记得带伞。「晴」",
		"今日の天気は晴れ、明日は雨でしょう。コーヒー☕がうまい",
		"오늘은 맑고 내일은 비가 옵니다. 각하",
		"🎉 ☀️ 👍🏽 👨\u200d👩\u200d👧 1️⃣ #️⃣ 🇩🇪 ❤️ ☔ 🏳️\u200d🌈 → ✓ ♪ ℃",
	}
}

func TestGoldenScripts(t *testing.T) {
	var texts []render.SheetText
	for _, text := range scripts() {
		texts = append(texts, render.SheetText{Text: text, Size: 15}, render.SheetText{Text: text, Size: 28})
	}
	r := newRenderer(t)
	sheet, boxes := render.Sheet(r, 520, 1060, texts)
	if boxes > 0 {
		t.Errorf("%d letters are drawn as boxes", boxes)
	}
	if lost := r.Missing(scripts()...); len(lost) > 0 {
		t.Errorf("no font has %q", string(lost))
	}
	compareGolden(t, "scripts", sheet.PNG())
}
