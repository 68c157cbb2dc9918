// <sign-pad>: a line drawn by finger, pen or mouse, kept as strokes [[x, y, milliseconds, pressure], …] in the hidden
// input inside it, in thousandths of the pad's width. The typed name beside it is what works without this file.

const WIDE = 1000;

class SignPad extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.strokes = [];
    this.canvas = document.createElement("canvas");
    this.canvas.role = "img";
    this.canvas.ariaLabel = this.dataset.label;
    this.clearButton = document.createElement("button");
    Object.assign(this.clearButton, { type: "button", className: "button plain", textContent: this.dataset.clear });
    this.clearButton.hidden = true;
    this.append(this.canvas, this.clearButton);
    this.clearButton.addEventListener("click", () => this.clear());
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.draw(event));
    for (const kind of ["pointerup", "pointercancel"]) this.canvas.addEventListener(kind, () => this.end());
    new ResizeObserver(() => this.paint()).observe(this.canvas);
  }

  begin(event) {
    if (event.button > 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.started ??= event.timeStamp;
    this.stroke = [];
    this.strokes.push(this.stroke);
    this.draw(event);
  }

  draw(event) {
    if (!this.stroke) return;
    const box = this.canvas.getBoundingClientRect();
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const at of moves.length ? moves : [event]) {
      const scale = WIDE / box.width;
      const point = [(at.clientX - box.x) * scale, (at.clientY - box.y) * scale, at.timeStamp - this.started, at.pressure * 1000];
      this.stroke.push(point.map(Math.round));
    }
    this.paint();
  }

  end() {
    if (!this.stroke) return;
    this.stroke = undefined;
    this.input.value = JSON.stringify(this.strokes);
    this.clearButton.hidden = false;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  clear() {
    this.strokes = [];
    this.started = undefined;
    this.input.value = "";
    this.clearButton.hidden = true;
    this.paint();
    this.canvas.focus();
  }

  paint() {
    const { clientWidth, clientHeight } = this.canvas;
    const sharp = devicePixelRatio || 1;
    Object.assign(this.canvas, { width: clientWidth * sharp, height: clientHeight * sharp });
    const pen = this.canvas.getContext("2d");
    pen.scale((clientWidth * sharp) / WIDE, (clientWidth * sharp) / WIDE);
    Object.assign(pen, { strokeStyle: "#16202e", lineCap: "round", lineJoin: "round" });
    pen.lineWidth = (2.2 * WIDE) / clientWidth;
    for (const stroke of this.strokes) {
      pen.beginPath();
      // Through the middles of the points: a curve without corners. A single point is a dot.
      stroke.forEach(([x, y], index) => {
        const [nextX, nextY] = stroke[index + 1] ?? [x, y + 0.1];
        if (index === 0) pen.moveTo(x, y);
        pen.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
      });
      pen.stroke();
    }
  }
}

customElements.define("sign-pad", SignPad);
