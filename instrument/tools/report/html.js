/* html.js - what the page does beyond being read: it filters, opens, and follows pictures by the keyboard.
 *
 * Nothing of the report is made here: without this file all of it stands there.
 */
"use strict";

(function () {
    const findings = Array.from(document.querySelectorAll(".finding"));
    const filter = document.getElementById("filter"); // null: there is nothing to choose from
    const words = document.getElementById("words");

    // -- the filter --

    const texts = new Array(findings.length); // what is searched, once it was asked for

    function textOf(i) {
        if (texts[i] === undefined) {
            texts[i] = (findings[i].id + " " + findings[i].textContent).toLowerCase();
        }
        return texts[i];
    }

    function isPressed(button) {
        return button === null || button.getAttribute("aria-pressed") === "true";
    }

    function kindsLeftOut() {
        const buttons = Array.from(filter.querySelectorAll("[data-kind]"));
        return new Set(buttons.filter((button) => !isPressed(button)).map((button) => button.dataset.kind));
    }

    function apply() {
        const wanted = words.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
        const leftOut = kindsLeftOut();
        const withNotes = isPressed(document.getElementById("notes"));
        let n = 0;
        findings.forEach(function (finding, i) {
            const kept = !leftOut.has(finding.dataset.kind) &&
                (withNotes || finding.dataset.note === undefined) &&
                wanted.every((word) => textOf(i).includes(word));
            finding.hidden = !kept;
            n += kept ? 1 : 0;
        });
        document.getElementById("shown").textContent =
            n === findings.length ? n + " findings" : n + " of " + findings.length + " findings";
    }

    function openAll(button, open) {
        button.textContent = open ? "close all" : "expand all";
        for (const finding of findings) {
            if (!finding.hidden && finding.tagName === "DETAILS") {
                finding.open = open;
            }
        }
    }

    function startFilter() {
        let waiting = 0;
        words.addEventListener("input", function () {
            clearTimeout(waiting);
            if (findings.length <= 500) {
                apply();
            } else { // who types a word waits once, not at each letter
                waiting = setTimeout(apply, 150);
            }
        });
        for (const button of filter.querySelectorAll("button")) {
            button.addEventListener("click", function () {
                const pressed = !isPressed(button);
                button.setAttribute("aria-pressed", String(pressed));
                if (button.id === "expand") {
                    openAll(button, pressed);
                } else {
                    apply();
                }
            });
        }
        filter.hidden = false;
        apply();
    }

    // -- places inside the page --

    // Whatever is folded up around the target is opened first.
    function reveal() {
        const target = document.getElementById(location.hash.slice(1));
        if (target === null || target.id === "findings") {
            return;
        }
        for (let at = target; at !== null; at = at.parentElement) {
            if (at.classList.contains("finding")) {
                at.hidden = false;
            }
            if (at.tagName === "DETAILS") {
                at.open = true;
            }
        }
        target.scrollIntoView({block: "nearest"});
        if (target.classList.contains("card")) {
            target.focus({preventScroll: true});
        }
    }

    // -- keys --

    // To the line of the next finding that is shown, from the one that has the focus.
    function step(by) {
        const shown = findings.filter((finding) => !finding.hidden && finding.tagName === "DETAILS");
        const here = shown.findIndex((finding) => finding.contains(document.activeElement));
        const next = here < 0 ? (by > 0 ? 0 : shown.length - 1) : here + by;
        if (next >= 0 && next < shown.length) {
            shown[next].firstElementChild.focus();
            shown[next].firstElementChild.scrollIntoView({block: "nearest"});
        }
    }

    // To another moment of a picture; false: that key does not lead to one.
    function follow(link, key) {
        const links = Array.from(link.closest("svg").querySelectorAll("a"));
        const at = links.indexOf(link);
        const next = {ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1,
                      Home: 0, End: links.length - 1}[key];
        if (next === undefined) {
            return false;
        }
        links[Math.min(Math.max(next, 0), links.length - 1)].focus();
        return true;
    }

    function clearWords(key) {
        if (key !== "Escape" || words.value === "") {
            return false;
        }
        words.value = "";
        apply();
        return true;
    }

    function act(key, on) {
        if (on === words) {
            return clearWords(key);
        }
        const link = on.closest("svg a");
        if (link !== null && follow(link, key)) {
            return true;
        }
        if (key === "/" && words !== null) {
            words.focus();
            words.select();
            return true;
        }
        if (key === "j" || key === "k") {
            step(key === "j" ? 1 : -1);
            return true;
        }
        return false;
    }

    document.addEventListener("keydown", function (event) {
        const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
        if (plain && event.target instanceof Element && act(event.key, event.target)) {
            event.preventDefault();
        }
    });
    window.addEventListener("hashchange", reveal);
    if (filter !== null) {
        startFilter();
    }
    reveal();
})();
