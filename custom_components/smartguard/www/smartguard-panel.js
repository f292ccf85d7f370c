/* SmartGuard, source ebfdf8d720dde6e6eaff005e36a68b1ea90d9a88c6ea719d52e1ef5986f27147; parts: Lit (BSD-3-Clause) */
import{A as ut,B as w,C as W,D as p,E as mt,G as E,H as N,L as bt,M as v,N as y,a as u,b as a,c as m,d as c,e as b,f as k,g as S,h as z,i as g,j as M,l as L,m as rt,n as P,o as ot,p as nt,q as lt,r as F,s as dt,t as f,u as i,v as ct,w as pt,y as ht,z as B}from"./smartguard-chunk-JJFVCRHE.js";var $=u`
  :host { display: block; }
  .grid { display: grid; gap: 16px; }
  .detail { scroll-margin-top: 56px; }
  .two { grid-template-columns: minmax(280px, 2fr) minmax(0, 3fr); align-items: start; }
  .paper {
    background: var(--ha-card-background, var(--card-background-color, #fff)); border-radius: var(--ha-card-border-radius, 12px);
    border: 1px solid var(--sg-line); padding: 16px; min-width: 0;
  }
  h2 { font-size: 18px; font-weight: 500; margin: 0 0 8px; }
  h3 { font-size: 14px; font-weight: 500; margin: 16px 0 6px; color: var(--sg-soft); }
  p { margin: 0 0 8px; overflow-wrap: anywhere; }
  .bar { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-bottom: 12px; }
  .grow { flex: 1; }
  ul.list { list-style: none; margin: 0; padding: 0; display: grid; gap: 2px; }
  .item {
    display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 12px; align-items: center; width: 100%; text-align: start;
    padding: 10px 12px; border-radius: 10px; box-sizing: border-box;
  }
  button.item:hover { background: color-mix(in srgb, var(--sg-soft) 8%, transparent); }
  .item[aria-current="true"] { background: color-mix(in srgb, var(--sg-usual) 14%, transparent); }
  .item .text { min-width: 0; overflow-wrap: anywhere; }
  .num { font-variant-numeric: tabular-nums; white-space: nowrap; }
  .bad { color: var(--sg-strange); }
  input[type="search"], select {
    font: inherit; color: inherit; background: color-mix(in srgb, var(--sg-soft) 8%, transparent); border: 1px solid transparent;
    border-radius: 18px; height: 36px; padding: 0 14px; box-sizing: border-box; min-width: 0;
  }
  table { border-collapse: collapse; width: 100%; }
  th { text-align: start; font-weight: 500; color: var(--sg-soft); }
  td, th { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--sg-line); vertical-align: top; }
  svg { display: block; width: 100%; }
  svg text { fill: var(--sg-soft); font-size: 11px; font-family: inherit; }
  @media (max-width: 870px) {
    .detail { scroll-margin-top: 56px; }
  .two { grid-template-columns: minmax(0, 1fr); }
    .paper { padding: 12px; }
  }
`;function U(d){let t=d.renderRoot.querySelector(".detail");t&&window.matchMedia("(max-width: 870px)").matches&&t.scrollIntoView({block:"start"})}var T=26,Y=class extends b{static{this.properties={hass:{attribute:!1},view:{attribute:!1},pointed:{state:!0}}}render(){if(!this.hass||!this.view)return c;let{reasons:t,rows:e,attention:s,version:r}=this.view;return a`
      ${t.length>1?this.reasons():c}
      ${e.length?a`<h3>${i(this.hass,"explain.window")}</h3>
            <sg-strip inline .hass=${this.hass} .rows=${e} .first=${yt(e)}></sg-strip>
            <div class="figure">
              ${s?a`<div>${this.map(s,e)}</div>`:c}
              <div>${this.losses(e)}</div>
            </div>
            ${r?a`<p class="soft">${i(this.hass,"explain.by_model",{version:r})}</p>`:c}`:c}
    `}reasons(){return a`<h3>${i(this.hass,"explain.reasons")}</h3>
      <ul class="list">
        ${this.view.reasons.map(t=>a`<li class="item">
            <span class="kind">${i(this.hass,`kind.${t.kind}`)}</span><span class="text">${t.summary||i(this.hass,"state.no_sentence")}</span>
            <span class="num soft">${p(this.hass,t.score,1)}</span>
          </li>`)}
      </ul>`}map(t,e){let s=t.length,r=Math.max(...t.flat(),.01),[o,n]=this.pointed??[-1,-1],[l,h]=[e[o],e[n]];return a`<h3>${i(this.hass,"explain.attention")}</h3>
      <svg class="map" viewBox="0 0 ${(s+1)*T} ${(s+1)*T}" role="img" aria-label=${i(this.hass,"explain.attention_label")}
        @pointerleave=${()=>this.pointed=void 0}>
        ${t.map((R,x)=>m`
            <text x=${T-6} y=${(x+1)*T+17} text-anchor="end" class=${e[x]?.strange?"strange":""}>${x+1}</text>
            <text x=${(x+1.5)*T} y=${T-8} text-anchor="middle" class=${e[x]?.strange?"strange":""}>${x+1}</text>
            ${R.map((O,V)=>m`<rect x=${(V+1)*T} y=${(x+1)*T} width=${T-2} height=${T-2} rx="4"
                fill-opacity=${(.06+.94*(O/r)).toFixed(2)} class=${x===o&&V===n?"on":""}
                @pointerenter=${()=>this.pointed=[x,V]}></rect>`)}`)}
      </svg>
      <p class="soft told">${l&&h?i(this.hass,"explain.attended",{from:l.text,to:h.text,share:mt(this.hass,t[o]?.[n]??0)}):i(this.hass,"explain.attention_help")}</p>`}losses(t){let e=nt(t.map(s=>s.loss));return a`<h3>${i(this.hass,"explain.losses")}</h3>
      <table>
        <thead class="visually-hidden">
          <tr><th>#</th><th>${i(this.hass,"explain.event")}</th><th>${i(this.hass,"strip.loss")}</th></tr>
        </thead>
        <tbody>
          ${t.map((s,r)=>{let o=100*(s.loss??0)/e;return a`<tr class=${s.strange?"strange":""}>
              <td class="num soft">${r+1}</td>
              <td>
                <div class="event">${s.text} <span class="soft num">${B(this.hass,s.time)}</span></div>
                <div class="loss" style="width:${o.toFixed(0)}%;background:${F(s)}"></div>
              </td>
              <td class="num">${s.loss===null?"\u2013":p(this.hass,s.loss,2)}</td>
            </tr>`})}
        </tbody>
      </table>`}static{this.styles=[f,$,u`
      :host { container-type: inline-size; }
      .figure { display: grid; grid-template-columns: minmax(220px, 2fr) 3fr; gap: 24px; align-items: start; }
      .map { max-width: 340px; }
      .map rect { fill: var(--sg-usual); }
      .map rect.on { stroke: var(--primary-text-color); stroke-width: 2; }
      svg text.strange, .strange .event { fill: var(--sg-strange); color: var(--sg-strange); font-weight: 500; }
      .told { min-height: 3em; }
      .loss { height: 6px; border-radius: 3px; margin-top: 3px; min-width: 3px; }
      td { padding-block: 5px; }
      .kind { font-weight: 500; min-width: 72px; }
      .item { padding: 6px 0; }
      @container (max-width: 620px) { .figure { grid-template-columns: minmax(0, 1fr); gap: 0; } }
    `]}};function yt(d){return d.map((e,s)=>s).filter(e=>d[e]?.strange).sort((e,s)=>(d[s]?.loss??0)-(d[e]?.loss??0))[0]}customElements.get("sg-explanation")??customElements.define("sg-explanation",Y);async function D(d){let t=await S(d,"list_feedback");return Array.isArray(t.feedback)?t.feedback:[]}function I(d){return typeof d.time=="number"?d.time:Date.parse(d.time??"")/1e3}function j(d,t){let e=t.name??t.entity_id??"",s=t.control?pt(t.control).toLowerCase():"";return t.verdict==="confirmed"?i(d,"feedback.confirmed",{name:e,control:s}):i(d,`feedback.normal_${t.scope??"control"}`,{name:e,control:s,around:t.around??""})}async function q(d,t,e){try{return await S(t,"unmark",{feedback_id:e.feedback_id}),M(d,i(t,"done.unmark")),!0}catch(s){return M(d,g(s).message),!1}}var kt=["sequence","repetition","meeting","moment","duration","novelty","presence"],Tt={sequence:"mdi:format-list-numbered",repetition:"mdi:repeat",meeting:"mdi:vector-intersection",moment:"mdi:clock-alert",duration:"mdi:timer-sand",novelty:"mdi:new-box",presence:"mdi:bag-suitcase",unreadable:"mdi:file-alert"},Rt=50,X=class extends b{static{this.properties={hass:{attribute:!1},chosen:{attribute:!1},rows:{state:!0},next:{state:!0},kind:{state:!0},wanted:{state:!0},view:{state:!0},words:{state:!0},trouble:{state:!0},viewTrouble:{state:!0}}}constructor(){super(),this.kind="",this.wanted="",this.next=null,this.words=[]}firstUpdated(){this.reload()}updated(t){t.has("chosen")&&this.open()}reload(){this.load(),this.open()}async load(t){try{let e=await k(this.hass,"alarms",{limit:Rt,...this.kind?{kind:this.kind}:{},...t===void 0?{}:{before:t}});this.rows=t===void 0?e.rows:[...this.rows??[],...e.rows],this.next=e.next,this.trouble=void 0}catch(e){this.trouble=g(e)}}async open(){let t=this.chosen&&decodeURIComponent(this.chosen);if(this.viewTrouble=void 0,!t){this.view=void 0;return}let e=this.view?.alarm?.episode_id!==t,[s,r]=await Promise.allSettled([k(this.hass,"explain",{episode_id:t}),D(this.hass)]);this.words=r.status==="fulfilled"?r.value:[],s.status==="fulfilled"?this.view=s.value:[this.view,this.viewTrouble]=[void 0,g(s.reason)],e&&this.updateComplete.then(()=>U(this))}fits(t){return[K(this.hass,t),...t.things.flatMap(s=>[s.name,s.device,s.area??""])].join(" ").toLowerCase().includes(this.wanted.toLowerCase())}render(){let t=this.hass;return t?this.trouble?y(t,this.trouble):a`<div class="grid two">
      <section class="paper">${this.filters(t)}${this.list(t)}</section>
      <section class="paper detail" aria-live="polite">${this.detail(t)}</section>
    </div>`:c}filters(t){return a`<div class="bar">
      <input type="search" class="grow" .value=${this.wanted} placeholder=${i(t,"alarms.search")} aria-label=${i(t,"alarms.search")}
        @input=${e=>this.wanted=e.target.value} />
      <select aria-label=${i(t,"alarms.kind")} @change=${e=>this.filter(e.target.value)}>
        <option value="">${i(t,"alarms.every_kind")}</option>
        ${kt.map(e=>a`<option value=${e} ?selected=${e===this.kind}>${i(t,`kind.${e}`)}</option>`)}
      </select>
    </div>`}filter(t){this.kind=t,this.load()}list(t){if(!this.rows)return a`<div class="notice">${i(t,"state.loading")}</div>`;let e=this.rows.filter(s=>this.fits(s));return e.length?a`<ul class="list">
        ${e.map(s=>a`<li>
            <button class="item" aria-current=${s.episode_id===this.view?.alarm?.episode_id}
              @click=${()=>L(`/smartguard/alarms/${encodeURIComponent(s.episode_id)}`)}>
              <ha-icon .icon=${Tt[s.kind]??"mdi:shield-alert"} class=${s.end===null?"bad":"soft"}></ha-icon>
              <span class="text">${K(t,s)}<br />
                <span class="soft">${s.start?`${w(t,s.start)} \xB7 `:""}${i(t,`kind.${s.kind}`)}${s.normal?` \xB7 ${i(t,"alarms.normal")}`:""}</span></span>
              ${s.end===null?a`<b class="bad">${i(t,"alarms.open")}</b>`:a`<span></span>`}
            </button>
          </li>`)}
      </ul>
      ${this.next===null?c:a`<button class="pill" @click=${()=>this.load(this.next??void 0)}>${i(t,"now.more")}</button>`}`:v(t,"no_alarms")}detail(t){if(this.viewTrouble)return v(t,this.viewTrouble.kind==="unreadable"?"alarm_unreadable":this.viewTrouble.kind);let e=this.view,s=e?.alarm;if(!e||!s)return v(t,"choose_alarm");let r=E(t,(s.end??Date.now()/1e3)-s.start);return a`
      <h2>${K(t,s)}</h2>
      <p class="soft">${w(t,s.start)} ·
        ${i(t,s.end===null?"alarms.lasting":"alarms.lasted",{length:r})} ·
        ${i(t,"alarms.score",{score:p(t,s.score,1),threshold:p(t,s.threshold,1)})}</p>
      ${this.said(t,s)}
      ${s.normal?a`<p class="effect"><ha-icon .icon=${"mdi:bell-off"}></ha-icon>${i(t,"alarms.normal_help")}</p>`:c}
      <sg-actions .hass=${t} .episodeId=${s.episode_id} @sg-acted=${this.reload}></sg-actions>
      <sg-explanation .hass=${t} .view=${e}></sg-explanation>
    `}said(t,e){let s=this.words.filter(r=>r.episode_id===e.episode_id);return s.length?a`<ul class="list said">
      ${s.map(r=>a`<li class="item">
          <ha-icon .icon=${r.verdict==="confirmed"?"mdi:alert-decagram":"mdi:check"}></ha-icon>
          <span class="text">${j(t,r)}</span>
          <button class="pill" @click=${async()=>await q(this,t,r)&&this.reload()}>${i(t,"feedback.undo")}</button>
        </li>`)}
    </ul>`:c}static{this.styles=[f,$,u`
      .detail { position: sticky; top: 60px; }
      .said { margin-bottom: 12px; }
      .said .item { background: color-mix(in srgb, var(--sg-usual) 10%, transparent); }
      .effect { display: flex; gap: 12px; align-items: center; padding: 0 12px; }
      @media (max-width: 870px) { .detail { position: static; } }
    `]}},K=(d,t)=>t.summary||i(d,"state.no_sentence");customElements.get("sg-alarms")??customElements.define("sg-alarms",X);var J=class extends b{static{this.properties={hass:{attribute:!1},rows:{state:!0},trouble:{state:!0}}}firstUpdated(){this.load()}async load(){try{let t=z(this.hass,"list_feedback")?await D(this.hass):[];this.rows=t.sort((e,s)=>(I(s)||0)-(I(e)||0))}catch(t){this.trouble=g(t)}}render(){let t=this.hass;return t?this.trouble?y(t,this.trouble):a`<section class="paper">
      <h2>${i(t,"tab.feedback")}</h2>
      <p class="soft">${i(t,"feedback.help")}</p>
      ${this.rows?this.rows.length?a`<ul class="list">${this.rows.map(e=>this.row(t,e))}</ul>`:v(t,"no_feedback"):a`<div class="notice">${i(t,"state.loading")}</div>`}
    </section>`:c}row(t,e){let s=I(e),r=[...Number.isFinite(s)?[w(t,s)]:[],...e.summary?[e.summary]:[]];return a`<li class="item">
      <ha-icon .icon=${e.verdict==="confirmed"?"mdi:alert-decagram":"mdi:check"}></ha-icon>
      <span class="text">${j(t,e)}<br /><span class="soft">${r.join(" \xB7 ")}</span>
        ${e.episode_id?a`<br /><button class="link" @click=${()=>L(`/smartguard/alarms/${encodeURIComponent(e.episode_id??"")}`)}>
              ${i(t,"feedback.alarm")}</button>`:c}</span>
      <button class="pill" @click=${async()=>await q(this,t,e)&&this.load()}>
        <ha-icon .icon=${"mdi:undo"}></ha-icon>${i(t,"feedback.undo")}
      </button>
    </li>`}static{this.styles=[f,$]}};customElements.get("sg-feedback")??customElements.define("sg-feedback",J);var _t=Array.from({length:24},(d,t)=>t),_=24,gt=12,ft=60,Q=class extends b{static{this.properties={hass:{attribute:!1},rows:{state:!0},order:{state:!0},wanted:{state:!0},shown:{state:!0},chosen:{state:!0},detail:{state:!0},trouble:{state:!0}}}constructor(){super(),this.order="uses",this.wanted="",this.shown=ft}firstUpdated(){this.load()}async load(){try{this.rows=(await k(this.hass,"habits")).rows,this.rows[0]&&await this.choose(this.rows[0])}catch(t){this.trouble=g(t)}}async choose(t,e){this.chosen=t;try{let s=await k(this.hass,"habit",{entity:t.entity,control:t.control});if(this.chosen!==t)return;this.detail=s,e&&this.updateComplete.then(()=>U(this))}catch(s){this.trouble=g(s)}}get sorted(){let t=this.wanted.toLowerCase(),e=(this.rows??[]).filter(s=>`${s.text} ${s.device} ${s.area??""}`.toLowerCase().includes(t));return this.order==="least"?e.sort((s,r)=>vt(r)-vt(s)||s.uses-r.uses):this.order==="name"?e.sort((s,r)=>s.text.localeCompare(r.text)):e}render(){let t=this.hass;return t?this.trouble?y(t,this.trouble):this.rows?this.rows.length?a`<div class="grid two">
      <section class="paper">${this.filters(t)}${this.list(t)}</section>
      <section class="paper detail" aria-live="polite">${this.chosen?this.about(t,this.chosen):c}</section>
    </div>`:v(t,"no_habits"):a`<div class="notice">${i(t,"state.loading")}</div>`:c}filters(t){return a`<div class="bar">
      <input type="search" class="grow" placeholder=${i(t,"habits.search")} aria-label=${i(t,"habits.search")}
        @input=${e=>this.wanted=e.target.value} />
      <select aria-label=${i(t,"habits.order")}
        @change=${e=>this.order=e.target.value}>
        ${["uses","least","name"].map(e=>a`<option value=${e}>${i(t,`habits.by_${e}`)}</option>`)}
      </select>
    </div>`}list(t){let e=this.sorted;return a`<ul class="list">
        ${e.slice(0,this.shown).map(s=>a`<li>
            <button class="item" aria-current=${s===this.chosen} @click=${r=>this.choose(s,r)}>
              <ha-icon class="soft" .icon=${P(t,s)}></ha-icon>
              <span class="text">${s.text}${this.clock(s)}</span>
              <span class="num soft">${p(t,s.uses)}×${this.learned(t,s)}</span>
            </button>
          </li>`)}
      </ul>
      ${e.length>this.shown?a`<button class="pill" @click=${()=>this.shown+=ft}>${i(t,"now.more")}</button>`:c}`}learned(t,e){return e.weight===0?a`<br /><b>${i(t,"habits.rare")}</b>`:this.order!=="least"||e.loss===null?c:a`<br />${i(t,"strip.loss")} ${p(t,e.loss,1)}`}clock(t){let e=Math.max(1,...t.hours);return a`<svg class="hours" viewBox="0 0 240 10" preserveAspectRatio="none" aria-hidden="true">
      ${t.hours.map((s,r)=>m`<rect x=${r*10} width="9" height="10" fill-opacity=${(.07+.93*s/e).toFixed(2)}></rect>`)}
    </svg>`}about(t,e){let s=[...e.area?[e.area]:[],...e.entity_id===null?[i(t,"now.gone")]:[],i(t,"habits.uses",{count:p(t,e.uses)}),...e.last===null?[]:[i(t,"habits.last",{time:w(t,e.last)})],...e.usual===null||e.longest===null?[]:[i(t,"habits.lasts",{usual:E(t,e.usual),longest:E(t,e.longest)})]];return a`<h2>${e.text}</h2>
      <p class="soft">${s.join(" \xB7 ")}</p>
      ${e.weight===0?a`<p>${i(t,"habits.rare_help")}</p>`:e.loss===null?c:a`<p>${i(t,"habits.loss",{loss:p(t,e.loss,1),count:p(t,e.judged)})}</p>`}
      ${this.detail?a`${this.week(t,this.detail)}${this.onTimes(t,this.detail)}${this.followers(t,this.detail)}`:c}`}week(t,e){let s=Math.max(1,...e.week.flat()),r=40,o=i(t,"habits.week_label");return a`<h3>${i(t,"habits.week")}</h3>
      <svg class="week" viewBox="0 0 ${r+24*_} ${7*_+20}" role="img" aria-label=${o}>
        ${e.week.map((n,l)=>m`<text x="0" y=${l*_+16}>${W(t,l)}</text>
            ${n.map((h,R)=>m`<rect x=${r+R*_} y=${l*_} width=${_-2} height=${_-2} rx="4"
                fill-opacity=${(.06+.94*h/s).toFixed(2)}><title>${W(t,l)} ${R}:00 · ${h}</title></rect>`)}`)}
        ${_t.filter(n=>n%3===0).map(n=>m`<text x=${r+n*_} y=${7*_+14}>${n}</text>`)}
      </svg>`}onTimes(t,e){let s=e.on_times.filter(n=>n>0);if(s.length<3)return c;let r=Ht(s,gt),o=Math.max(...r.map(n=>n.count));return a`<h3>${i(t,"habits.durations")}</h3>
      <svg class="bars" viewBox="0 0 ${gt*50} 100" role="img" aria-label=${i(t,"habits.durations_label")}>
        ${r.map((n,l)=>{let h=64*n.count/o;return m`<rect x=${l*50+2} y=${72-h} width="46" height=${h} rx="4"><title>${E(t,n.from)} – ${E(t,n.to)} · ${n.count}</title></rect>
            <text x=${l*50+25} y="90" text-anchor="middle">${l%2?"":E(t,n.from)}</text>`})}
      </svg>`}followers(t,e){return e.followers.length?a`<h3>${i(t,"habits.followers")}</h3>
      <table>
        <thead><tr><th>${i(t,"habits.then")}</th><th>${i(t,"habits.seen")}</th><th>${i(t,"habits.chance")}</th></tr></thead>
        <tbody>
          ${e.followers.map(s=>a`<tr><td>${s.text}</td><td class="num">${p(t,s.seen)}</td><td class="num soft">${p(t,s.possible,1)}</td></tr>`)}
        </tbody>
      </table>`:c}static{this.styles=[f,$,u`
      .hours { height: 8px; margin-top: 4px; }
      rect { fill: var(--sg-usual); }
      .week { max-width: 760px; }
      .bars { max-width: 620px; }
    `]}},vt=d=>d.weight===0?1/0:d.loss??-d.weight;customElements.get("sg-habits")??customElements.define("sg-habits",Q);function Ht(d,t){let e=d.map(n=>Math.log(n)),s=Math.min(...e),r=(Math.max(...e)-s)/t||.1,o=Array.from({length:t},(n,l)=>({from:Math.exp(s+l*r),to:Math.exp(s+(l+1)*r),count:0}));for(let n of e){let l=o[Math.min(t-1,Math.floor((n-s)/r))];l&&l.count++}return o}var Z=10,tt=7,G=.1,Et=["days","held_out_days","controls","devices","epochs"],Mt=d=>-Math.log10(d),et=class extends b{static{this.properties={hass:{attribute:!1},status:{attribute:!1},state:{state:!0},test:{state:!0},budget:{state:!0},busy:{state:!0},trouble:{state:!0}}}firstUpdated(){this.load()}updated(t){let e=t.get("status");e&&(e.last_trained!==this.status.last_trained||e.budget!==this.status.budget)&&this.load()}async load(){try{this.state=await k(this.hass,"model"),this.budget??=this.state.budget}catch(t){this.trouble=g(t)}}async backTest(){this.busy=!0;try{let t=await S(this.hass,"backtest",{days:Z,alerts_per_week:tt});this.test={days:Number(t.days??Z),alerts:t.alerts??[]}}catch(t){M(this,g(t).message)}this.busy=!1}render(){let t=this.hass;return t?this.trouble?y(t,this.trouble):this.state?a`<div class="columns">
      <section class="paper">${this.reality(t,this.state)}</section>
      <section class="paper">${this.backTesting(t)}</section>
      <section class="paper">${this.versions(t,this.state)}</section>
      <section class="paper">${this.data(t,this.state)}</section>
      ${this.state.losses.length?a`<section class="paper">${this.losses(t,this.state.losses)}</section>`:c}
    </div>`:a`<div class="notice">${i(t,"state.loading")}</div>`:c}reality(t,e){let s=Math.max(2,e.budget*1.2,...e.weeks),r=l=>120-100*l/s,o=e.weeks.length,n=e.weeks.reduce((l,h)=>l+h,0);return a`<h2>${i(t,"model.reality")}</h2>
      <p class="soft">${i(t,"model.reality_help",{budget:p(t,e.budget,1),count:p(t,n),weeks:o})}</p>
      <svg viewBox="0 0 ${o*60} 140" role="img" aria-label=${i(t,"model.reality_label",{weeks:e.weeks.join(", ")})}>
        ${e.weeks.map((l,h)=>m`<rect class=${l>e.budget?"over":""} x=${h*60+8} width="44" y=${r(l)} height=${120-r(l)} rx="5"></rect>
            <text x=${h*60+30} y=${r(l)-4} text-anchor="middle">${l||""}</text>
            <text x=${h*60+30} y="136" text-anchor="middle">${h===o-1?i(t,"model.this_week"):`\u2212${o-1-h}`}</text>`)}
        <line x1="0" x2=${o*60} y1=${r(e.budget)} y2=${r(e.budget)}></line>
      </svg>`}backTesting(t){let e=this.budget??1,s=Math.log(e/G)/Math.log(tt/G),r=p(t,e,1);return a`<h2>${i(t,"model.backtest")}</h2>
      <p class="soft">${i(t,"model.backtest_help",{days:Z})}</p>
      <div class="bar">
        <button class="pill" ?disabled=${this.busy||!z(t,"backtest")||!this.status.last_trained} @click=${this.backTest}>
          <ha-icon .icon=${"mdi:history"}></ha-icon>${i(t,this.busy?"model.backtest_runs":"model.backtest_run")}
        </button>
        <input type="range" min="0" max="1" step="0.01" ?disabled=${!this.test} .value=${String(s)} aria-label=${i(t,"model.budget")}
          aria-valuetext=${i(t,"model.a_week",{count:r})}
          @input=${o=>this.budget=G*(tt/G)**Number(o.target.value)} />
        <span class="num">${i(t,"model.a_week",{count:r})}</span>
      </div>
      ${this.test?this.raised(t,this.test,e):a`<p class="soft">${i(t,"model.backtest_first")}</p>`}`}raised(t,e,s){let r=e.alerts.filter(o=>o.score>Mt(s));return a`<p aria-live="polite"><b>${i(t,"model.raised",{count:r.length,days:p(t,e.days)})}</b></p>
      <ul class="list">
        ${r.map(o=>a`<li class="item">
            <span class="num soft">${w(t,typeof o.time=="number"?o.time:Date.parse(o.time)/1e3)}</span>
            <span class="text">${o.summary??""}</span><span class="num soft">${p(t,o.score,1)}</span>
          </li>`)}
      </ul>`}versions(t,e){return a`<h2>${i(t,"model.versions")}</h2>
      ${e.versions.length?a`<table>
            <thead><tr><th>${i(t,"model.version")}</th><th>${i(t,"model.trained")}</th><th>${i(t,"model.behaviors")}</th><th></th></tr></thead>
            <tbody>
              ${e.versions.map(s=>a`<tr>
                  <td class="num">${s.name}</td><td>${w(t,s.trained)}</td><td class="num">${p(t,s.behaviors)}</td>
                  <td>${s.in_use?a`<b>${i(t,"model.in_use")}</b>`:a`<button class="pill" ?disabled=${this.busy} @click=${()=>this.use(s.name)}>${i(t,"model.use")}</button>`}</td>
                </tr>`)}
            </tbody>
          </table>`:a`<p class="soft">${i(t,"state.no_model")}</p>`}`}async use(t){this.busy=!0;try{await S(this.hass,"roll_back",{version:t}),M(this,i(this.hass,"done.roll_back"))}catch(e){M(this,g(e).message)}this.busy=!1,await this.load()}data(t,e){let s=[["stored",p(t,e.behaviors)],["oldest",e.oldest===null?"\u2013":w(t,e.oldest)],["newest",e.newest===null?"\u2013":w(t,e.newest)],["parameters",e.parameters===null?"\u2013":p(t,e.parameters)],...Et.filter(r=>typeof e.about[r]=="number").map(r=>[r,p(t,e.about[r],2)])];return a`<h2>${i(t,"model.data")}</h2>
      <table><tbody>${s.map(([r,o])=>a`<tr><th scope="row">${i(t,`model.${r}`)}</th><td class="num">${o}</td></tr>`)}</tbody></table>`}losses(t,e){return a`<h2>${i(t,"model.losses")}</h2>
      <p class="soft">${i(t,"model.losses_help")}</p>
      <table>
        <thead><tr><th>${i(t,"model.device")}</th><th>${i(t,"model.mean")}</th><th>${i(t,"model.most")}</th><th>${i(t,"model.behaviors")}</th></tr></thead>
        <tbody>
          ${e.map(s=>a`<tr>
              <td>${s.device}<div class="loss" style="width:${Math.min(100,100*s.mean/ot).toFixed(0)}%"></div></td>
              <td class="num">${p(t,s.mean,2)}</td><td class="num">${p(t,s.most,2)}</td>
              <td class="num">${p(t,s.judged)}</td>
            </tr>`)}
        </tbody>
      </table>`}static{this.styles=[f,$,u`
      .columns { columns: 2 420px; column-gap: 16px; }
      .columns > .paper { break-inside: avoid; margin-bottom: 16px; }
      rect { fill: var(--sg-usual); }
      rect.over { fill: var(--sg-strange); }
      line { stroke: var(--sg-strange); stroke-dasharray: 5 5; stroke-width: 1.5; }
      input[type="range"] { flex: 1; min-width: 140px; accent-color: var(--sg-usual); }
      .item { padding: 6px 0; }
      svg { max-width: 520px; }
      .loss { height: 5px; border-radius: 3px; margin-top: 3px; min-width: 3px; background: var(--sg-usual); }
    `]}};customElements.get("sg-model")??customElements.define("sg-model",et);var H=34,C=20,St=14,st=class extends b{constructor(){super();this.rooms=[];this.byRoom=new Map;this.resized=new ResizeObserver(([e])=>this.width=Math.round(e?.contentRect.width??600));this.width=600}static{this.properties={hass:{attribute:!1},rows:{attribute:!1},start:{type:Number},end:{type:Number},width:{state:!0},pointed:{state:!0}}}connectedCallback(){super.connectedCallback(),this.resized.observe(this)}disconnectedCallback(){super.disconnectedCallback(),this.resized.disconnect()}willUpdate(e){e.has("rows")&&(this.byRoom=Map.groupBy(this.rows,s=>s.area??""),this.rooms=[...this.byRoom.keys()].sort((s,r)=>+(s==="")-+(r==="")||s.localeCompare(r)))}get left(){return Math.min(150,this.width*.28)}x(e){return this.left+(e-this.start)/(this.end-this.start)*(this.width-this.left-6)}render(){if(!this.hass||!this.rows.length)return c;let e=C+H*this.rooms.length+4;return a`
      <svg height=${e} viewBox="0 0 ${this.width} ${e}" role="img" aria-label=${this.label()}
        @pointermove=${this.point} @pointerdown=${this.point} @pointerleave=${()=>this.pointed=void 0}>
        ${this.hours(e)}${this.rooms.map((s,r)=>this.room(s,C+H*r))}${this.mark()}
      </svg>
      <div class="told" aria-live="off">${this.pointed?this.told(this.pointed):a`<span class="soft">${i(this.hass,"now.point")}</span>`}</div>
    `}label(){let e=this.rows.filter(s=>s.strange).length;return i(this.hass,"now.chart",{count:p(this.hass,this.rows.length),strange:p(this.hass,e)})}hours(e){let s=this.width<520?6:3;return Array.from({length:24/s+1},(r,o)=>{let n=this.start+o*s*3600,l=this.x(Math.min(n,this.end)).toFixed(1),h=o*s===24?"end":"middle";return m`<line class="hour" x1=${l} x2=${l} y1=${C} y2=${e}></line>
        <text x=${l} y="12" text-anchor=${h}>${ht(this.hass,n)}</text>`})}room(e,s){let r=["","",""];for(let l of this.byRoom.get(e)??[]){let h=lt(l.loss,l.strange),R=h===2?24:h===1?18:12;r[h]+=`M${this.x(l.time).toFixed(1)} ${s+H-6}v-${R}`}let o=e||i(this.hass,"now.no_area"),n=Math.max(6,Math.floor(this.left/7));return m`<line class="base" x1=${this.left} x2=${this.width} y1=${s+H-5} y2=${s+H-5}></line>
      <text class="room" x="0" y=${s+H-12}>${o.length>n?`${o.slice(0,n-1)}\u2026`:o}<title>${o}</title></text>
      ${r.map((l,h)=>l?m`<path class="l${h}" d=${l} stroke=${dt[h]}></path>`:c)}`}mark(){if(!this.pointed)return c;let e=C+H*this.rooms.indexOf(this.pointed.area??"");return m`<circle class="mark" cx=${this.x(this.pointed.time)} cy=${e+H-5} r="5"></circle>`}told(e){let s=e.loss===null?"":` \xB7 ${i(this.hass,"strip.loss")} ${p(this.hass,e.loss,1)}`,r=e.actor?` \xB7 ${i(this.hass,`actor.${e.actor}`)}`:"";return a`<b>${B(this.hass,e.time)}</b> ${e.text}<span class="soft">${r}${s}</span>`}point(e){let s=e.currentTarget.getBoundingClientRect(),r=this.width/s.width,o=(e.clientX-s.left)*r,n=this.rooms[Math.floor(((e.clientY-s.top)*r-C)/H)],l=n===void 0?[]:this.byRoom.get(n)??[],h,R=St;for(let x of l){let O=Math.abs(this.x(x.time)-o)-(x.strange?4:0);O<R&&([h,R]=[x,O])}this.pointed=h}static{this.styles=[f,$,u`
      svg { touch-action: pan-y; overflow: visible; }
      .hour { stroke: var(--sg-line); stroke-width: 1; }
      .base { stroke: var(--sg-line); stroke-width: 1; }
      svg .room { font-size: 13px; fill: var(--primary-text-color); }
      path { stroke-width: 2; stroke-linecap: round; fill: none; opacity: 0.75; }
      .l1 { stroke-width: 2.5; opacity: 0.9; }
      .l2 { stroke-width: 3.5; opacity: 1; }
      .mark { fill: none; stroke: var(--primary-text-color); stroke-width: 2; }
      .told { min-height: 1.6em; padding-top: 8px; }
    `]}};customElements.get("sg-day")??customElements.define("sg-day",st);var Lt=500,Bt=40,$t=30,At=500,xt=43200,it=class extends b{constructor(){super();this.arrived=[];this.request=0;this.rows=[],this.listed=$t,this.start=0,this.busy=!0,this.strange=!1}static{this.properties={hass:{attribute:!1},status:{attribute:!1},start:{state:!0},rows:{state:!0},view:{state:!0},listed:{state:!0},trouble:{state:!0},busy:{state:!0},strange:{state:!0}}}get today(){return N(this.hass.config.time_zone,Date.now()/1e3)}get end(){return N(this.hass.config.time_zone,this.start+86400+xt/2)}firstUpdated(){this.show(this.today)}updated(e){let s=e.get("status");s&&(s.status!==this.status.status||s.last_trained!==this.status.last_trained)&&(this.reload(),this.look())}disconnectedCallback(){super.disconnectedCallback(),clearTimeout(this.wait),this.wait=void 0}reload(){this.start&&this.load()}add(e){this.arrived.push(e),this.wait??=setTimeout(()=>{this.wait=void 0;let s=this.arrived.filter(o=>o.time>=this.start&&o.time<this.end);this.arrived=[];let r=new Set(s.map(wt));this.rows=[...s.reverse(),...this.rows.filter(o=>!r.has(wt(o)))],this.look()},At)}show(e){this.start=e,this.listed=$t,this.load(),this.look()}async load(){let e=++this.request,[s,r]=[this.start,this.end];this.busy=!0;let o=[];try{let n=null;for(let l=0;l<Bt;l++){let h=await k(this.hass,"timeline",{start:s,end:r,limit:Lt,...n?{before:n}:{}});if(e!==this.request)return;if(o.push(...h.rows),n=h.next,!n)break}this.rows=o,this.trouble=void 0}catch(n){this.trouble=g(n)}this.busy=!1}async look(){this.view=await k(this.hass,"explain").catch(()=>this.view)}render(){let e=this.hass;if(!e||!this.start)return c;if(this.trouble)return y(e,this.trouble);let s=this.rows.filter(o=>o.strange).length,r=this.rows.some(o=>o.loss!==null);return a`<div class="grid">
      <section class="paper">
        <div class="bar">
          <button class="pill round" aria-label=${i(e,"now.earlier")}
            @click=${()=>this.show(N(e.config.time_zone,this.start-xt))}>
            <ha-icon .icon=${"mdi:chevron-left"}></ha-icon>
          </button>
          <button class="pill round" aria-label=${i(e,"now.later")} ?disabled=${this.start>=this.today}
            @click=${()=>this.show(this.end)}><ha-icon .icon=${"mdi:chevron-right"}></ha-icon></button>
          <h2>${ut(e,this.start)}</h2>
          <span class="soft num">${i(e,"now.count",{count:p(e,this.rows.length),strange:p(e,s)})}</span>
        </div>
        ${this.rows.length?a`<sg-day .hass=${e} .rows=${this.rows} .start=${this.start} .end=${this.end}></sg-day>
              ${r||!this.status.last_trained?c:a`<p class="soft">${i(e,"now.not_judged")}</p>`}`:this.busy?a`<div class="notice">${i(e,"state.loading")}</div>`:v(e,"empty")}
      </section>
      ${this.view?.rows.length?a`<section class="paper">
            <h2>${i(e,"now.window")}</h2>
            <p class="soft">${i(e,"now.window_help")}</p>
            <sg-strip inline .hass=${e} .rows=${this.view.rows} .first=${this.view.rows.length-1}></sg-strip>
          </section>`:c}
      ${this.rows.length?a`<section class="paper">${this.list(e)}</section>`:c}
    </div>`}list(e){let s=this.strange?this.rows.filter(r=>r.strange):this.rows;return a`<div class="bar">
        <h2>${i(e,"now.list")}</h2>
        <button class="pill" aria-pressed=${this.strange} @click=${()=>this.strange=!this.strange}>${i(e,"now.only_strange")}</button>
      </div>
      ${s.length?c:v(e,"no_alarms")}
      <ul class="list">${s.slice(0,this.listed).map(r=>this.item(e,r))}</ul>
      ${this.listed<s.length?a`<button class="pill" @click=${()=>this.listed+=100}>${i(e,"now.more")}</button>`:c}`}item(e,s){let r=[...s.area?[s.area]:[],...rt[s.actor]?[i(e,`actor.${s.actor}`)]:[],...s.loss===null?[]:[`${i(e,"strip.loss")} ${p(e,s.loss,1)}`],...s.entity_id===null?[i(e,"now.gone")]:[]];return a`<li class="item">
      <span class="num soft">${B(e,s.time)}</span>
      <span class="text"><ha-icon .icon=${P(e,s)} style="color:${F(s)}"></ha-icon>
        <span>${s.text} <span class="soft">${r.join(" \xB7 ")}</span></span></span>
      ${s.strange?a`<b class="bad">${i(e,"strip.strange")}</b>`:a`<span></span>`}
    </li>`}static{this.styles=[f,$,u`
      .item { padding: 6px 0; }
      .text { display: flex; gap: 10px; }
      ha-icon { flex: none; }
      h2 { margin: 0; }
      .round { padding: 0 9px; }
      section > h2 { margin-bottom: 4px; }
    `]}};customElements.get("sg-now")??customElements.define("sg-now",it);var wt=d=>`${d.time}|${d.entity}|${d.control}`;var A=["now","alarms","habits","model","feedback"],Ct={now:"mdi:chart-timeline",alarms:"mdi:shield-alert",habits:"mdi:calendar-clock",model:"mdi:brain",feedback:"mdi:comment-check"},at=class extends b{constructor(){super(...arguments);this.feed=new bt(this,{behavior:e=>this.tab("sg-now")?.add(e),alarms:()=>{this.tab("sg-now")?.reload(),this.tab("sg-alarms")?.reload()}})}static{this.properties={hass:{attribute:!1},narrow:{type:Boolean},route:{attribute:!1}}}tab(e){return this.renderRoot.querySelector(e)}get path(){return(this.route?.path??"").split("/").filter(Boolean)}get current(){return A.find(e=>e===this.path[0])??"now"}willUpdate(e){let s=e.get("hass");this.hass&&e.has("hass")&&s?.language!==this.hass.language&&ct(this.hass).then(()=>this.requestUpdate())}shouldUpdate(e){let s=e.get("hass");return e.size!==1||!s||!this.hass?!0:s.localize!==this.hass.localize||s.connected!==this.hass.connected||s.services!==this.hass.services}render(){let e=this.hass;return e?a`
      <header>
        ${this.narrow?a`<button class="menu" aria-label=${i(e,"panel.menu")} @click=${this.menu}>
              <ha-icon .icon=${"mdi:menu"}></ha-icon>
            </button>`:c}
        <h1>SmartGuard</h1>
      </header>
      <nav role="tablist" aria-label="SmartGuard" @keydown=${this.key}>
        ${A.map(s=>a`<button role="tab" id="tab-${s}" aria-selected=${s===this.current}
            aria-controls="main" tabindex=${s===this.current?0:-1} @click=${()=>this.go(s)}>
            <ha-icon .icon=${Ct[s]}></ha-icon><span>${i(e,`tab.${s}`)}</span>
          </button>`)}
      </nav>
      <main id="main" role="tabpanel" aria-labelledby="tab-${this.current}">${this.content(e)}</main>
    `:c}content(e){if(!e.connected)return v(e,"lost");if(this.feed.trouble)return y(e,this.feed.trouble);let s=this.feed.status;if(!s)return a`<div class="notice">${i(e,"state.loading")}</div>`;let r=s.last_trained?c:v(e,"no_model",s.reason??"");switch(this.current){case"now":return a`${r}<sg-now .hass=${e} .status=${s}></sg-now>`;case"alarms":return a`<sg-alarms .hass=${e} .chosen=${this.path[1]}></sg-alarms>`;case"habits":return a`${r}<sg-habits .hass=${e}></sg-habits>`;case"model":return a`${r}<sg-model .hass=${e} .status=${s}></sg-model>`;case"feedback":return a`<sg-feedback .hass=${e}></sg-feedback>`}}go(e){L(`${this.route?.prefix??"/smartguard"}/${e}`)}key(e){let s={ArrowLeft:-1,ArrowRight:1}[e.key];if(!s)return;let r=A[(A.indexOf(this.current)+s+A.length)%A.length];this.go(r),this.renderRoot.querySelector(`#tab-${r}`)?.focus()}menu(){this.dispatchEvent(new Event("hass-toggle-menu",{bubbles:!0,composed:!0}))}static{this.styles=[f,u`
      :host { display: block; min-height: 100%; background: var(--primary-background-color, #fafafa); }
      header {
        display: flex; align-items: center; gap: 8px; height: var(--header-height, 56px); padding: 0 16px;
        background: var(--app-header-background-color, var(--primary-color)); color: var(--app-header-text-color, #fff);
      }
      h1 { font-size: 20px; font-weight: 400; margin: 0; }
      .menu { width: 40px; height: 40px; margin-inline-start: -8px; }
      nav {
        position: sticky; top: 0; z-index: 2; display: flex; gap: 4px; padding: 0 8px; overflow-x: auto; scrollbar-width: none;
        background: var(--app-header-background-color, var(--primary-color)); color: var(--app-header-text-color, #fff);
      }
      nav button {
        display: flex; gap: 8px; align-items: center; padding: 10px 16px; border-bottom: 2px solid transparent; opacity: 0.75;
        font-weight: 500; white-space: nowrap; --mdc-icon-size: 20px;
      }
      nav button[aria-selected="true"] { opacity: 1; border-bottom-color: currentColor; }
      nav button:focus-visible { outline-color: currentColor; outline-offset: -4px; }
      main { padding: 16px; max-width: 1280px; margin: 0 auto; box-sizing: border-box; }
      main > .notice { padding: 24px; }
      @media (max-width: 600px) {
        main { padding: 8px; }
        nav button span { display: none; }
        nav button[aria-selected="true"] span { display: inline; }
        nav { justify-content: space-around; }
      }
    `]}};customElements.get("smartguard-panel")??customElements.define("smartguard-panel",at);export{at as SmartGuardPanel};
