// The style sheet of the page, as text: design tokens for light and dark, then one block a part. System fonts only.
// In: how many classes and methods need a colour. Out: CSS. Longer than other files because one sheet is easier to keep whole.
import { paletteDeclarations } from './palette.ts';

const LIGHT =
  '--ground:#fcfbf8;--surface:#ffffff;--ink:#1d1e22;--muted:#5b5e66;--line:#e5e2da;--strong:#c9c5ba;--accent:#1f6fae;--neutral:#b9bcc2;--heat:#1a649e;--on-pale:#000;--mark:#fdf3d8;--string:#3d6b2f;--number:#9a4a12;--keyword:#7a3b9a;--type:#1b6684;--stranger:#d4351c;color-scheme:light;';
const DARK =
  '--ground:#121316;--surface:#191b1f;--ink:#e9e7e2;--muted:#a5a8b0;--line:#2b2e34;--strong:#4a4e57;--accent:#6ab3ec;--neutral:#5d626c;--heat:#2a6fb0;--on-pale:#fff;--mark:#332b16;--string:#9fcf8b;--number:#f0aa78;--keyword:#cf9fec;--type:#7cc4e0;--stranger:#ff6b52;color-scheme:dark;';

const SHEET = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:3.5rem}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;-webkit-font-smoothing:antialiased}
.masthead,main,footer{max-width:70rem;margin:0 auto;padding:0 1rem}
h1,.finding,h2,h3{font-family:"Iowan Old Style","Palatino Linotype",Palatino,"Source Serif 4",Charter,Georgia,"Times New Roman",serif;text-wrap:balance}
h1{font-size:clamp(1.75rem,1.2rem + 2.6vw,2.75rem);line-height:1.12;font-weight:600;letter-spacing:-.015em;margin:.25rem 0 .75rem;max-width:30ch;overflow-wrap:anywhere}
h2{font-size:1.5rem;line-height:1.2;font-weight:600;letter-spacing:-.01em;margin:0 0 .35rem}
h2 a{color:inherit;text-decoration:none}
h2 a:hover{text-decoration:underline;text-decoration-color:var(--strong);text-underline-offset:.18em}
h3{font-size:1.1rem;font-weight:600;margin:1.75rem 0 .6rem;overflow-wrap:anywhere}
p{margin:0 0 .75rem}
a{color:var(--accent)}
small{font-size:.8em;color:var(--muted);font-weight:400}
code,pre{font-family:ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
abbr{text-decoration:none}
figure{margin:0;min-width:0}
figcaption{font-size:.85rem;line-height:1.4;margin:0 0 .4rem}
svg{display:block}
svg text{font-family:inherit}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
.muted,.aside,.lead,.note,.abstract{color:var(--muted)}
.aside{font:400 .85rem/1.4 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;margin-left:.35rem}
.note{font-size:.83rem;margin:.75rem 0 0;max-width:48rem}
.lead{max-width:46rem;margin-bottom:1.25rem}
.abstract{max-width:46rem;margin:1.25rem 0 0}
.definitions{position:absolute}

.masthead{padding-top:1.25rem;padding-bottom:1.5rem}
.top{display:flex;justify-content:space-between;align-items:center;gap:1rem}
.eyebrow{margin:0;color:var(--muted);font-size:.85rem;letter-spacing:.01em;overflow-wrap:anywhere}
#theme,.scripted{display:none}
.js #theme{display:inline-block}
.js .scripted{display:block;margin:-.5rem 0 .75rem}
button{font:inherit;font-size:.8rem;color:var(--muted);background:var(--surface);border:1px solid var(--line);border-radius:999px;padding:.25rem .8rem;min-height:2rem;cursor:pointer}
button:hover{color:var(--ink);border-color:var(--strong)}
.finding{font-size:clamp(1.1rem,1rem + .6vw,1.35rem);line-height:1.4;max-width:44rem;margin:0 0 1.5rem;text-wrap:pretty;overflow-wrap:anywhere}
.finding span{color:var(--muted)}
.glance{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1rem}
.card{background:var(--surface);border:1px solid var(--line);border-top:3px solid var(--c);border-radius:.4rem;padding:.9rem 1rem 1rem;min-width:0;max-width:36rem}
.card header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem 1rem;margin-bottom:.7rem}
.card h2{font-size:1.25rem;margin:0;flex:1 1 auto;overflow-wrap:anywhere}
.card p{margin:0}
.figure b{font-size:1.75rem;font-weight:600;line-height:1;letter-spacing:-.02em}
.label{font-size:.75rem;color:var(--muted);letter-spacing:.03em}
.deviation,.minor{font-size:.9rem;color:var(--muted)}
.minor{white-space:nowrap}
.minor .label~.label{margin-left:.6rem}
.overview{width:100%;height:auto}
.overview text{fill:var(--muted);text-anchor:end;dominant-baseline:central}
.overview,.samples{image-rendering:pixelated}
.grid{stroke:var(--surface);stroke-width:1.4;fill:none}
.facts{display:flex;flex-wrap:wrap;gap:.6rem 2rem;margin:1.25rem 0 0;font-size:.9rem}
.facts div{min-width:0;max-width:100%}
.facts dt{color:var(--muted);font-size:.75rem;letter-spacing:.03em}
.facts dd{margin:0;overflow-wrap:anywhere}

nav{position:sticky;top:0;z-index:2;background:var(--ground);border-block:1px solid var(--line)}
nav ul{display:flex;gap:1.25rem;max-width:70rem;margin:0 auto;padding:0 1rem;list-style:none;overflow-x:auto;scrollbar-width:none}
nav a{display:block;padding:.65rem 0;font-size:.85rem;white-space:nowrap;color:var(--muted);text-decoration:none}
nav a:hover{color:var(--ink)}
section{padding:2.75rem 0 0}
footer{color:var(--muted);font-size:.83rem;margin-top:3.5rem;padding-bottom:2rem}
footer p{border-top:1px solid var(--line);padding-top:1rem}

.key{display:inline-flex;align-items:center;gap:.45em;overflow-wrap:break-word}
.key i,.legend i{flex:none;width:.72em;height:.72em;border-radius:2px;background:var(--c);print-color-adjust:exact;-webkit-print-color-adjust:exact}
.legend{display:flex;flex-wrap:wrap;gap:.3rem .35rem;padding:0;margin:0 0 1rem -.55rem;list-style:none;font-size:.85rem}
.legend li{display:inline-flex;align-items:center;gap:.4em;padding:.15rem .55rem;border-radius:999px;border:1px solid transparent;max-width:100%;overflow-wrap:anywhere}
.js [data-legend] li[data-class]{cursor:pointer;min-height:1.9rem}
.js [data-legend] li[data-class]:hover,[data-legend] li[aria-pressed=true]{border-color:var(--strong);background:var(--surface)}

.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.9rem;width:100%}
th,td{text-align:left;padding:.45rem .75rem .45rem 0;vertical-align:top;font-weight:400;border-bottom:1px solid var(--line)}
thead th,thead td{color:var(--muted);font-size:.8rem;vertical-align:bottom}
tbody th{font-weight:500}
.best .number{font-weight:700}
.bar{display:block;position:relative;height:.5rem;border-radius:1px;background:color-mix(in srgb,var(--ink) 7%,transparent);print-color-adjust:exact;-webkit-print-color-adjust:exact}
.bar i{position:absolute;inset:0 auto 0 0;width:calc(var(--v)*100%);background:var(--c);border-radius:1px}
.bar u{position:absolute;top:50%;left:calc(var(--a)*100%);width:calc((var(--b) - var(--a))*100%);height:1.5px;margin-top:-.75px;background:var(--ink);text-decoration:none}
.bar u::before,.bar u::after{content:"";position:absolute;top:-3px;height:7.5px;width:1.5px;background:var(--ink)}
.bar u::after{right:0}
.scores td,.scores th{padding-block:.7rem}
.scores tbody .key{min-width:4.4rem;overflow-wrap:anywhere}
.scores td{width:24%}
.scores td.plain{width:auto;color:var(--muted)}
.scores .number{display:block;font-size:1.1rem;line-height:1.3;margin-bottom:.3rem}
.scores .plain,.timings .number{text-align:right;white-space:nowrap}
.scores .plain{padding-right:0;padding-left:.75rem}
.scores .number a,.scores .plain a,.runs a{color:inherit;text-decoration-color:var(--strong);text-underline-offset:.18em}
.scores .number a:hover,.scores .plain a:hover,.runs a:hover{color:var(--accent)}
.plain .runs{display:block;white-space:normal}
.published{width:auto}
.published td{white-space:nowrap}
.published .holds .mark{color:var(--string)}
.published .misses .mark,.published .no-value .mark{color:var(--number);font-weight:600}
.published .not-comparable td,.published .not-comparable th{color:var(--muted)}
tr:target{background:var(--mark)}

.clusters{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,11.5rem),1fr));gap:1.5rem 1.25rem;padding:0;margin:0;list-style:none}
.cluster{min-width:0}
.caption{display:grid;font-size:.8rem;line-height:1.4;margin:0 0 .35rem}
.caption b{font-size:1rem;overflow-wrap:anywhere}
.samples{width:100%;height:auto;background:var(--ground)}
.clusters .grid{stroke:var(--ground)}
.nowrap{white-space:nowrap}
.rule{font-size:.75rem;line-height:1.3;color:var(--muted);margin:.55rem 0 .2rem}
.stranger{fill:var(--stranger);stroke:var(--ground);stroke-width:1;stroke-linejoin:round;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.composition{display:flex;height:.5rem;margin:.1rem 0 .4rem;gap:1px}
.composition i{background:var(--c);min-width:1px;print-color-adjust:exact;-webkit-print-color-adjust:exact}

.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.25rem 2rem}
.pair h3{margin-top:0}
.heat{table-layout:fixed;font-size:.78rem;min-width:18rem}
.heat caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.heat th,.heat td{padding:0 .1rem;height:2rem;text-align:center;vertical-align:middle;border:1px solid var(--ground);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.heat thead th,.heat thead td{height:1.6rem;border:0}
.heat tbody th{border:0;text-align:right;padding-right:.5rem}
.heat tbody td{background:color-mix(in oklab,var(--heat) var(--v),color-mix(in srgb,var(--ink) 4%,var(--ground)));print-color-adjust:exact;-webkit-print-color-adjust:exact}
.heat tbody td{color:var(--on-pale)}
.heat td.zero{color:var(--muted)}
.heat td.deep{color:#fff}
.heat td.matched{box-shadow:inset 0 0 0 1.5px var(--ink)}
.heat-picture{width:100%;height:auto;background:color-mix(in srgb,var(--ink) 4%,var(--ground))}
.heat-picture path{stroke:color-mix(in oklab,var(--heat) var(--v),var(--ground));stroke-width:1;fill:none;shape-rendering:crispEdges}

.map{width:100%;height:auto;background:var(--surface);border:1px solid var(--line);border-radius:.3rem}
.map path{stroke:var(--c);stroke-linecap:round;stroke-opacity:.72;fill:none}
.map text{font-size:19px;font-weight:650;fill:var(--ink);stroke:var(--surface);stroke-width:4.5px;stroke-linejoin:round;paint-order:stroke;text-anchor:middle;dominant-baseline:central;pointer-events:none}
.map+figcaption{margin:.35rem 0 0;color:var(--muted);text-align:center}
.focused .map path:not(.on){stroke-opacity:.07}
.focused .map path.on{stroke-opacity:1}
.focused .map text:not(.on){opacity:.15}

.panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,14.5rem),1fr));gap:1.25rem;margin-bottom:1.25rem}
.panels.wide{grid-template-columns:repeat(auto-fill,minmax(min(100%,14.5rem),1fr))}
.plot{width:100%;height:auto;overflow:visible}
.plot text{font-size:10.5px;fill:var(--muted)}
.plot .x{text-anchor:middle}
.plot .y{text-anchor:end;dominant-baseline:central}
.axes path{stroke:var(--line);stroke-width:1;fill:none}
.axes .base{stroke:var(--strong)}
.area{fill:var(--c);fill-opacity:.2;stroke:var(--c);stroke-width:1.3;stroke-linejoin:round}
.mean{stroke:var(--c);stroke-width:1.5;fill:none}
.line{stroke:var(--c);stroke-width:2;fill:none;stroke-linejoin:round;stroke-linecap:round}
.verdicts{padding-left:1.1rem;margin:1rem 0 0;max-width:52rem}
.verdicts li{margin-bottom:.35rem}

.graph{width:calc(var(--w)*1.15);min-width:min(var(--w),48rem);max-width:100%;height:auto}
.wire{fill:none;stroke:var(--strong);stroke-width:1.2}
.graph marker path{fill:var(--strong)}
.node rect{fill:var(--surface);stroke:var(--line)}
.node .edge{stroke:none;fill:var(--accent)}
.node[data-module=datasets] .edge{fill:var(--method2)}
.node[data-module=representation] .edge{fill:var(--method0)}
.node[data-module=clustering] .edge{fill:var(--method3)}
.node[data-module=metrics] .edge{fill:var(--method4)}
.node text{font:500 12px ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:var(--ink)}
.node .stage{font-size:10.5px;font-weight:400;fill:var(--muted)}

.data{width:auto;min-width:min(100%,24rem)}
.data td,.data th{padding:.24rem .9rem .24rem .5rem;line-height:1.4}
.data tbody th{white-space:nowrap}
.data thead th small{font-size:.95em}
.tables{columns:25rem auto;column-gap:2.5rem}
.tables>*{break-inside:avoid;margin-bottom:1.75rem}
.tables table{width:100%}
.differs th,.differs td{background:var(--mark);print-color-adjust:exact;-webkit-print-color-adjust:exact}

.data .differs code{font-weight:600}
.absent{color:var(--muted)}
.timings td,.timings th{padding-block:.3rem;vertical-align:middle}
.timings .time{width:45%}
.timings .engine{color:var(--muted);white-space:nowrap;padding-right:0}
.timings small{margin-left:.3rem}
.timings tbody th{overflow-wrap:anywhere;min-width:7rem}

pre{margin:0;line-height:1.5;tab-size:2}
.command{display:flex;justify-content:space-between;align-items:center;gap:1rem;background:var(--surface);border:1px solid var(--line);border-radius:.4rem;padding:.7rem .9rem;white-space:pre-wrap;overflow-wrap:anywhere}
.copy{flex:none}
.source{background:var(--surface);border:1px solid var(--line);border-radius:.4rem;padding:.9rem 1rem;min-width:max-content}
.t-doc,.t-comment{color:var(--muted);font-style:italic}
.t-string{color:var(--string)}.t-number{color:var(--number)}.t-keyword{color:var(--keyword)}.t-type{color:var(--type)}.t-bound{font-weight:600}
details{margin-top:1.5rem}
summary{cursor:pointer;color:var(--muted);padding:.4rem 0}
summary:hover{color:var(--ink)}
#tip{position:fixed;left:0;top:0;z-index:3;max-width:min(22rem,calc(100vw - 16px));padding:.3rem .55rem;border-radius:.3rem;background:var(--ink);color:var(--ground);font-size:.8rem;line-height:1.35;pointer-events:none;overflow-wrap:anywhere}
#tip[hidden]{display:none}
#tip svg{width:5rem;height:auto;margin:.15rem 0 .3rem;image-rendering:pixelated}
.ring{fill:none;stroke:var(--ink);stroke-width:2.5;pointer-events:none}
.js .map{cursor:crosshair}

@media (max-width:40rem){
section{padding-top:2.25rem}
.scores .number{font-size:.98rem}
.scores td,.scores th{padding-right:.6rem}
.scores td{width:auto}
.scores .plain{display:none}
.clusters{grid-template-columns:repeat(2,1fr);gap:1.25rem .9rem}
.scores .number small{display:block}
.heat{font-size:.68rem}
.heat th,.heat td{height:1.7rem}
.map text{font-size:26px}
.timings thead .engine,.timings .engine{display:none}
.timings .time{width:32%}
.command{flex-wrap:wrap}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}.map path,.map text{transition:stroke-opacity .15s,opacity .15s}}
@media print{
:root{--ground:#fff}
@page{margin:14mm}
body{font-size:9.5pt}
nav,#theme,.copy,#tip,.scripted{display:none!important}
.masthead,main,footer{max-width:none;padding-inline:0}
section{padding-top:1.5rem}
.scroll{overflow:visible}
h2,h3,figcaption,.lead,.caption{break-after:avoid}
figure,.card,.cluster,tr,.panels{break-inside:avoid}
.glance{grid-template-columns:repeat(2,1fr)}
.pair{grid-template-columns:repeat(2,1fr)}
.panels{grid-template-columns:repeat(4,1fr)}
.clusters{grid-template-columns:repeat(5,1fr);gap:.8rem .7rem}
.caption{font-size:7pt}
.caption b{font-size:9pt}
.heat{font-size:7pt}
.source{min-width:0;white-space:pre-wrap;overflow-wrap:anywhere;font-size:8pt}
a{color:inherit}
}
`;

/** The whole sheet. A page printed from a dark screen is light. */
export function pageStyle(classes: number, methods: number): string {
  // The graph of the steps borrows the first five method colours for the kinds of stages.
  const colours = Math.max(methods, 5);
  const light = LIGHT + paletteDeclarations(classes, colours, 'light');
  const dark = DARK + paletteDeclarations(classes, colours, 'dark');
  return `:root{${light}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}
@media screen{:root[data-theme=dark]{${dark}}}${SHEET}`;
}
