/* SmartGuard, source 3db45a27a577fb899366667bad26e294133b2150d5714f1cb9af37f9da4ccbaf; parts: Lit (BSD-3-Clause) */
import{A as ht,B as y,C as Y,D as p,E as k,F as N,H as S,I,M as ut,N as v,O as T,a as u,b as a,c as m,d as n,e as g,f as w,g as C,h as at,i as b,j as M,l as L,m as rt,n as P,o as ot,p as nt,q as lt,r as F,s as V,t as f,u as i,v as dt,w as ct,y as pt,z as B}from"./smartguard-chunk-TPNWXTA5.js";var $=u`
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
  .item .num { text-align: end; }
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
`;function U(c){let e=c.renderRoot.querySelector(".detail");e&&window.matchMedia("(max-width: 870px)").matches&&e.scrollIntoView({block:"start"})}var R=26,K=class extends g{static{this.properties={hass:{attribute:!1},view:{attribute:!1},pointed:{state:!0}}}render(){if(!this.hass||!this.view)return n;let{reasons:e,rows:t,attention:s,version:r}=this.view;return a`
      ${e.length>1?this.reasons():n}
      ${t.length?a`<h3>${i(this.hass,"explain.window")}</h3>
            <sg-strip inline .hass=${this.hass} .rows=${t} .first=${wt(t)}></sg-strip>
            <div class="figure">
              ${s?a`<div>${this.map(s,t)}</div>`:n}
              <div>${this.losses(t)}</div>
            </div>
            ${r?a`<p class="soft">${i(this.hass,"explain.by_model",{version:r})}</p>`:n}`:n}
    `}reasons(){return a`<h3>${i(this.hass,"explain.reasons")}</h3>
      <ul class="list">
        ${this.view.reasons.map(e=>a`<li class="item">
            <span class="kind">${i(this.hass,`kind.${e.kind}`)}</span><span class="text">${e.summary||i(this.hass,"state.no_sentence")}</span>
            <span class="num soft">${p(this.hass,e.score,1)}</span>
          </li>`)}
      </ul>`}map(e,t){let s=e.length,r=Math.max(...e.flat(),.01),[o,l]=this.pointed??[-1,-1],[d,h]=[t[o],t[l]];return a`<h3>${i(this.hass,"explain.attention")}</h3>
      <svg class="map" viewBox="0 0 ${(s+1)*R} ${(s+1)*R}" role="img" aria-label=${i(this.hass,"explain.attention_label")}
        @pointerleave=${()=>this.pointed=void 0}>
        ${e.map((_,x)=>m`
            <text x=${R-6} y=${(x+1)*R+17} text-anchor="end" class=${t[x]?.strange?"strange":""}>${x+1}</text>
            <text x=${(x+1.5)*R} y=${R-8} text-anchor="middle" class=${t[x]?.strange?"strange":""}>${x+1}</text>
            ${_.map((z,G)=>m`<rect x=${(G+1)*R} y=${(x+1)*R} width=${R-2} height=${R-2} rx="4"
                fill-opacity=${(.06+.94*(z/r)).toFixed(2)} class=${x===o&&G===l?"on":""}
                @pointerenter=${()=>this.pointed=[x,G]}></rect>`)}`)}
      </svg>
      <p class="soft told">${d&&h?i(this.hass,"explain.attended",{from:d.text,to:h.text,share:N(this.hass,e[o]?.[l]??0)}):i(this.hass,"explain.attention_help")}</p>`}losses(e){let t=nt(e.map(s=>s.loss));return a`<h3>${i(this.hass,"explain.losses")}</h3>
      <table>
        <thead class="visually-hidden">
          <tr><th>#</th><th>${i(this.hass,"explain.event")}</th><th>${i(this.hass,"strip.loss")}</th></tr>
        </thead>
        <tbody>
          ${e.map((s,r)=>{let o=100*(s.loss??0)/t;return a`<tr class=${s.strange?"strange":""}>
              <td class="num soft">${r+1}</td>
              <td>
                <div class="event">${s.text} <span class="soft num">${B(this.hass,s.time)}</span></div>
                <div class="loss" style="width:${o.toFixed(0)}%;background:${F(s)}"></div>
              </td>
              <td class="num">${s.loss===null?"\u2013":k(this.hass,s.loss)}</td>
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
    `]}};function wt(c){return c.map((t,s)=>s).filter(t=>c[t]?.strange).sort((t,s)=>(c[s]?.loss??0)-(c[t]?.loss??0))[0]}customElements.get("sg-explanation")??customElements.define("sg-explanation",K);async function j(c){let e=await C(c,"list_feedback");return Array.isArray(e.feedback)?e.feedback:[]}function D(c){return typeof c.time=="number"?c.time:Date.parse(c.time??"")/1e3}function q(c,e){let t=e.name??e.entity_id??"",s=e.control?ct(e.control).toLowerCase():"";return e.verdict==="confirmed"?i(c,"feedback.confirmed",{name:t,control:s}):i(c,`feedback.normal_${e.scope??"control"}`,{name:t,control:s,around:e.around??""})}async function W(c,e,t){try{return await C(e,"unmark",{feedback_id:t.feedback_id}),M(c,i(e,"done.unmark")),!0}catch(s){return M(c,b(s).message),!1}}var yt=["sequence","repetition","meeting","moment","duration","novelty","presence"],kt={sequence:"mdi:format-list-numbered",repetition:"mdi:repeat",meeting:"mdi:vector-intersection",moment:"mdi:clock-alert",duration:"mdi:timer-sand",novelty:"mdi:new-box",presence:"mdi:bag-suitcase",unreadable:"mdi:file-alert"},Tt=50,J=class extends g{static{this.properties={hass:{attribute:!1},chosen:{attribute:!1},rows:{state:!0},next:{state:!0},kind:{state:!0},wanted:{state:!0},view:{state:!0},words:{state:!0},trouble:{state:!0},viewTrouble:{state:!0}}}constructor(){super(),this.kind="",this.wanted="",this.next=null,this.words=[]}firstUpdated(){this.reload()}updated(e){e.has("chosen")&&this.open()}reload(){this.load(),this.open()}async load(e){try{let t=await w(this.hass,"alarms",{limit:Tt,...this.kind?{kind:this.kind}:{},...e===void 0?{}:{before:e}});this.rows=e===void 0?t.rows:[...this.rows??[],...t.rows],this.next=t.next,this.trouble=void 0}catch(t){this.rows||(this.trouble=b(t))}}async open(){let e=this.chosen&&decodeURIComponent(this.chosen);if(this.viewTrouble=void 0,!e){this.view=void 0;return}let t=this.view?.alarm?.episode_id!==e,[s,r]=await Promise.allSettled([w(this.hass,"explain",{episode_id:e}),j(this.hass)]);this.words=r.status==="fulfilled"?r.value:[],s.status==="fulfilled"?this.view=s.value:t&&([this.view,this.viewTrouble]=[void 0,b(s.reason)]),t&&this.updateComplete.then(()=>U(this))}fits(e){return[X(this.hass,e),...e.things.flatMap(s=>[s.name,s.device,s.area??""])].join(" ").toLowerCase().includes(this.wanted.toLowerCase())}render(){let e=this.hass;return e?this.trouble?T(e,this.trouble):a`<div class="grid two">
      <section class="paper">${this.filters(e)}${this.list(e)}</section>
      <section class="paper detail" aria-live="polite">${this.detail(e)}</section>
    </div>`:n}filters(e){return a`<div class="bar">
      <input type="search" class="grow" .value=${this.wanted} placeholder=${i(e,"alarms.search")} aria-label=${i(e,"alarms.search")}
        @input=${t=>this.wanted=t.target.value} />
      <select aria-label=${i(e,"alarms.kind")} @change=${t=>this.filter(t.target.value)}>
        <option value="">${i(e,"alarms.every_kind")}</option>
        ${yt.map(t=>a`<option value=${t} ?selected=${t===this.kind}>${i(e,`kind.${t}`)}</option>`)}
      </select>
    </div>`}filter(e){this.kind=e,this.load()}list(e){if(!this.rows)return a`<div class="notice">${i(e,"state.loading")}</div>`;let t=this.rows.filter(s=>this.fits(s));return t.length?a`<ul class="list">
        ${t.map(s=>a`<li>
            <button class="item" aria-current=${s.episode_id===this.view?.alarm?.episode_id}
              @click=${()=>L(`/smartguard/alarms/${encodeURIComponent(s.episode_id)}`)}>
              <ha-icon .icon=${kt[s.kind]??"mdi:shield-alert"} class=${s.end===null?"bad":"soft"}></ha-icon>
              <span class="text">${X(e,s)}<br />
                <span class="soft">${s.start?`${y(e,s.start)} \xB7 `:""}${i(e,`kind.${s.kind}`)}${s.normal?` \xB7 ${i(e,"alarms.normal")}`:""}</span></span>
              ${s.end===null?a`<b class="bad">${i(e,"alarms.open")}</b>`:a`<span></span>`}
            </button>
          </li>`)}
      </ul>
      ${this.next===null?n:a`<button class="pill" @click=${()=>this.load(this.next??void 0)}>${i(e,"now.more")}</button>`}`:v(e,"no_alarms")}detail(e){if(this.viewTrouble)return v(e,this.viewTrouble.kind==="unreadable"?"alarm_unreadable":this.viewTrouble.kind);let t=this.view,s=t?.alarm;if(!t||!s)return v(e,"choose_alarm");let r=S(e,(s.end??Date.now()/1e3)-s.start);return a`
      <h2>${X(e,s)}</h2>
      <p class="soft">${y(e,s.start)} ·
        ${i(e,s.end===null?"alarms.lasting":"alarms.lasted",{length:r})} ·
        ${i(e,"alarms.score",{score:p(e,s.score,1),threshold:p(e,s.threshold,1)})}</p>
      ${this.said(e,s)}
      ${s.normal?a`<p class="effect"><ha-icon .icon=${"mdi:bell-off"}></ha-icon>${i(e,"alarms.normal_help")}</p>`:n}
      <sg-actions .hass=${e} .episodeId=${s.episode_id} @sg-acted=${this.reload}></sg-actions>
      <sg-explanation .hass=${e} .view=${t}></sg-explanation>
    `}said(e,t){let s=this.words.filter(r=>r.episode_id===t.episode_id);return s.length?a`<ul class="list said">
      ${s.map(r=>a`<li class="item">
          <ha-icon .icon=${r.verdict==="confirmed"?"mdi:alert-decagram":"mdi:check"}></ha-icon>
          <span class="text">${q(e,r)}</span>
          <button class="pill" @click=${async()=>await W(this,e,r)&&this.reload()}>${i(e,"feedback.undo")}</button>
        </li>`)}
    </ul>`:n}static{this.styles=[f,$,u`
      .detail { position: sticky; top: 60px; }
      ul.said { margin-bottom: 12px; }
      .said .item { background: color-mix(in srgb, var(--sg-usual) 10%, transparent); }
      .effect { display: flex; gap: 12px; align-items: center; padding: 0 12px; }
      @media (max-width: 870px) { .detail { position: static; } }
    `]}},X=(c,e)=>e.summary||i(c,"state.no_sentence");customElements.get("sg-alarms")??customElements.define("sg-alarms",J);var Q=class extends g{static{this.properties={hass:{attribute:!1},rows:{state:!0},trouble:{state:!0}}}firstUpdated(){this.load()}async load(){try{let e=at(this.hass,"list_feedback")?await j(this.hass):[];this.rows=e.sort((t,s)=>(D(s)||0)-(D(t)||0))}catch(e){this.trouble=b(e)}}render(){let e=this.hass;return e?this.trouble?T(e,this.trouble):a`<section class="paper">
      <h2>${i(e,"tab.feedback")}</h2>
      <p class="soft">${i(e,"feedback.help")}</p>
      ${this.rows?this.rows.length?a`<ul class="list">${this.rows.map(t=>this.row(e,t))}</ul>`:v(e,"no_feedback"):a`<div class="notice">${i(e,"state.loading")}</div>`}
    </section>`:n}row(e,t){let s=D(t),r=[...Number.isFinite(s)?[y(e,s)]:[],...t.summary?[t.summary]:[]];return a`<li class="item">
      <ha-icon .icon=${t.verdict==="confirmed"?"mdi:alert-decagram":"mdi:check"}></ha-icon>
      <span class="text">${q(e,t)}<br /><span class="soft">${r.join(" \xB7 ")}</span>
        ${t.episode_id?a`<br /><button class="link" @click=${()=>L(`/smartguard/alarms/${encodeURIComponent(t.episode_id??"")}`)}>
              ${i(e,"feedback.alarm")}</button>`:n}</span>
      <button class="pill" @click=${async()=>await W(this,e,t)&&this.load()}>
        <ha-icon .icon=${"mdi:undo"}></ha-icon>${i(e,"feedback.undo")}
      </button>
    </li>`}static{this.styles=[f,$]}};customElements.get("sg-feedback")??customElements.define("sg-feedback",Q);var Rt=Array.from({length:24},(c,e)=>e),H=24,mt=12,gt=60,Z=class extends g{static{this.properties={hass:{attribute:!1},rows:{state:!0},order:{state:!0},wanted:{state:!0},shown:{state:!0},chosen:{state:!0},detail:{state:!0},trouble:{state:!0}}}constructor(){super(),this.order="uses",this.wanted="",this.shown=gt}firstUpdated(){this.load()}async load(){try{this.rows=(await w(this.hass,"habits")).rows,this.rows[0]&&await this.choose(this.rows[0])}catch(e){this.trouble=b(e)}}async choose(e,t){this.chosen=e;try{let s=await w(this.hass,"habit",{entity:e.entity,control:e.control});if(this.chosen!==e)return;this.detail=s,t&&this.updateComplete.then(()=>U(this))}catch(s){this.trouble=b(s)}}get sorted(){let e=this.wanted.toLowerCase(),t=(this.rows??[]).filter(s=>`${s.text} ${s.device} ${s.area??""}`.toLowerCase().includes(e));return this.order==="least"?t.sort((s,r)=>bt(r)-bt(s)||s.uses-r.uses):this.order==="name"?t.sort((s,r)=>s.text.localeCompare(r.text)):t}render(){let e=this.hass;return e?this.trouble?T(e,this.trouble):this.rows?this.rows.length?a`<div class="grid two">
      <section class="paper">${this.filters(e)}${this.list(e)}</section>
      <section class="paper detail" aria-live="polite">${this.chosen?this.about(e,this.chosen):n}</section>
    </div>`:v(e,"no_habits"):a`<div class="notice">${i(e,"state.loading")}</div>`:n}filters(e){return a`<div class="bar">
      <input type="search" class="grow" placeholder=${i(e,"habits.search")} aria-label=${i(e,"habits.search")}
        @input=${t=>this.wanted=t.target.value} />
      <select aria-label=${i(e,"habits.order")}
        @change=${t=>this.order=t.target.value}>
        ${["uses","least","name"].map(t=>a`<option value=${t}>${i(e,`habits.by_${t}`)}</option>`)}
      </select>
    </div>`}list(e){let t=this.sorted;return a`<ul class="list">
        ${t.slice(0,this.shown).map(s=>a`<li>
            <button class="item" aria-current=${s===this.chosen} @click=${r=>this.choose(s,r)}>
              <ha-icon class="soft" .icon=${P(e,s)}></ha-icon>
              <span class="text">${s.text}${this.clock(s)}</span>
              <span class="num soft">${p(e,s.uses)}×${this.learned(e,s)}</span>
            </button>
          </li>`)}
      </ul>
      ${t.length>this.shown?a`<button class="pill" @click=${()=>this.shown+=gt}>${i(e,"now.more")}</button>`:n}`}learned(e,t){return t.weight===0?a`<br /><b>${i(e,"habits.rare")}</b>`:this.order!=="least"||t.loss===null?n:a`<br />${i(e,"strip.loss")} ${k(e,t.loss)}`}clock(e){let t=Math.max(1,...e.hours);return a`<svg class="hours" viewBox="0 0 240 10" preserveAspectRatio="none" aria-hidden="true">
      ${e.hours.map((s,r)=>m`<rect x=${r*10} width="9" height="10" fill-opacity=${(.07+.93*s/t).toFixed(2)}></rect>`)}
    </svg>`}about(e,t){let s=[...t.area?[t.area]:[],...t.entity_id===null?[i(e,"now.gone")]:[],i(e,"habits.uses",{count:p(e,t.uses)}),...t.last===null?[]:[i(e,"habits.last",{time:y(e,t.last)})],...t.usual===null||t.longest===null?[]:[i(e,"habits.lasts",{usual:S(e,t.usual),longest:S(e,t.longest)})]];return a`<h2>${t.text}</h2>
      <p class="soft">${s.join(" \xB7 ")}</p>
      ${t.weight===0?a`<p>${i(e,"habits.rare_help")}</p>`:t.loss===null?n:a`<p>${i(e,"habits.loss",{loss:k(e,t.loss),count:p(e,t.judged)})}</p>`}
      ${this.detail?a`${this.week(e,this.detail)}${this.onTimes(e,this.detail)}${this.followers(e,this.detail)}`:n}`}week(e,t){let s=Math.max(1,...t.week.flat()),r=40,o=i(e,"habits.week_label");return a`<h3>${i(e,"habits.week")}</h3>
      <svg class="week" viewBox="0 0 ${r+24*H} ${7*H+20}" role="img" aria-label=${o}>
        ${t.week.map((l,d)=>m`<text x="0" y=${d*H+16}>${Y(e,d)}</text>
            ${l.map((h,_)=>m`<rect x=${r+_*H} y=${d*H} width=${H-2} height=${H-2} rx="4"
                fill-opacity=${(.06+.94*h/s).toFixed(2)}><title>${Y(e,d)} ${_}:00 · ${h}</title></rect>`)}`)}
        ${Rt.filter(l=>l%3===0).map(l=>m`<text x=${r+l*H} y=${7*H+14}>${l}</text>`)}
      </svg>`}onTimes(e,t){let s=t.on_times.filter(l=>l>0);if(s.length<3)return n;let r=_t(s,mt),o=Math.max(...r.map(l=>l.count));return a`<h3>${i(e,"habits.durations")}</h3>
      <svg class="bars" viewBox="0 0 ${mt*50} 100" role="img" aria-label=${i(e,"habits.durations_label")}>
        ${r.map((l,d)=>{let h=64*l.count/o;return m`<rect x=${d*50+2} y=${72-h} width="46" height=${h} rx="4"><title>${S(e,l.from)} – ${S(e,l.to)} · ${l.count}</title></rect>
            <text x=${d*50+25} y="90" text-anchor="middle">${d%2?"":S(e,l.from)}</text>`})}
      </svg>`}followers(e,t){return t.followers.length?a`<h3>${i(e,"habits.followers")}</h3>
      <table>
        <thead><tr><th>${i(e,"habits.then")}</th><th>${i(e,"habits.seen")}</th><th>${i(e,"habits.chance")}</th></tr></thead>
        <tbody>
          ${t.followers.map(s=>a`<tr><td>${s.text}</td><td class="num">${p(e,s.seen)}</td><td class="num soft">${p(e,s.possible,1)}</td></tr>`)}
        </tbody>
      </table>`:n}static{this.styles=[f,$,u`
      .hours { height: 8px; margin-top: 4px; }
      rect { fill: var(--sg-usual); }
      .week { max-width: 760px; }
      .bars { max-width: 620px; }
    `]}},bt=c=>c.weight===0?1/0:c.loss??-c.weight;customElements.get("sg-habits")??customElements.define("sg-habits",Z);function _t(c,e){let t=c.map(l=>Math.log(l)),s=Math.min(...t),r=(Math.max(...t)-s)/e||.1,o=Array.from({length:e},(l,d)=>({from:Math.exp(s+d*r),to:Math.exp(s+(d+1)*r),count:0}));for(let l of t){let d=o[Math.min(e-1,Math.floor((l-s)/r))];d&&d.count++}return o}var ft=10,Ht=10,Et=["days","held_out_days","controls","devices","epochs"],tt=class extends g{static{this.properties={hass:{attribute:!1},status:{attribute:!1},state:{state:!0},test:{state:!0},rung:{state:!0},busy:{state:!0},listed:{state:!0},trouble:{state:!0}}}constructor(){super(),this.listed=Ht}firstUpdated(){this.load()}updated(e){let t=e.get("status");t&&(t.last_trained!==this.status.last_trained||t.budget!==this.status.budget)&&this.load()}async load(){try{this.state=await w(this.hass,"model")}catch(e){this.trouble=b(e)}}async backTest(){this.busy=!0;try{this.test=await w(this.hass,"backtest",{days:ft}),this.rung=this.test.rows.findIndex(e=>e.budget===this.test?.budget)}catch(e){M(this,b(e).message)}this.busy=!1}render(){let e=this.hass;return e?this.trouble?T(e,this.trouble):this.state?a`<div class="columns">
      <section class="paper">${this.reality(e,this.state)}</section>
      <section class="paper">${this.backTesting(e)}</section>
      <section class="paper">${this.versions(e,this.state)}</section>
      <section class="paper">${this.data(e,this.state)}</section>
      ${this.state.losses.length?a`<section class="paper">${this.losses(e,this.state.losses)}</section>`:n}
    </div>`:a`<div class="notice">${i(e,"state.loading")}</div>`:n}reality(e,t){let s=Math.max(2,t.budget*1.2,...t.weeks),r=d=>120-100*d/s,o=t.weeks.length,l=t.weeks.reduce((d,h)=>d+h,0);return a`<h2>${i(e,"model.reality")}</h2>
      <p class="soft">${i(e,"model.reality_help",{budget:p(e,t.budget,2),count:p(e,l),weeks:o})}</p>
      ${t.expected_at_least===null||t.expected_at_most===null?n:a`<p class="soft">${i(e,"model.expected",{least:p(e,t.expected_at_least,1),most:p(e,t.expected_at_most,1)})}</p>`}
      <svg viewBox="0 0 ${o*60} 140" role="img" aria-label=${i(e,"model.reality_label",{weeks:t.weeks.join(", ")})}>
        ${t.weeks.map((d,h)=>m`<rect class=${d>t.budget?"over":""} x=${h*60+8} width="44" y=${r(d)} height=${120-r(d)} rx="5"></rect>
            <text x=${h*60+30} y=${r(d)-4} text-anchor="middle">${d||""}</text>
            <text x=${h*60+30} y="136" text-anchor="middle">${h===o-1?i(e,"model.this_week"):`\u2212${o-1-h}`}</text>`)}
        <line x1="0" x2=${o*60} y1=${r(t.budget)} y2=${r(t.budget)}></line>
      </svg>
      <p>${this.falseAlarms(e,t)}</p>`}falseAlarms(e,{false_alarms:t,judged:s}){return s?i(e,"model.false_alarms",{count:p(e,t),judged:p(e,s),share:N(e,t/s)}):i(e,"model.nothing_judged")}backTesting(e){return a`<h2>${i(e,"model.backtest")}</h2>
      <p class="soft">${i(e,"model.backtest_help",{days:ft})}</p>
      <div class="bar">
        <button class="pill" ?disabled=${this.busy||!this.status.last_trained} @click=${this.backTest}>
          <ha-icon .icon=${"mdi:history"}></ha-icon>${i(e,this.busy?"model.backtest_runs":"model.backtest_run")}
        </button>
        ${this.test?this.ladder(e,this.test):n}
      </div>
      ${this.test?this.raised(e,this.test):a`<p class="soft">${i(e,"model.backtest_first")}</p>`}`}ladder(e,t){let s=r=>p(e,r,2);return a`<div class="ladder">
        <input type="range" min="0" max=${t.rows.length-1} .value=${String(this.rung)} aria-label=${i(e,"model.budget")}
          aria-valuetext=${this.aWeek(e,t)} @input=${r=>this.rung=Number(r.target.value)} />
        <div class="rungs" aria-hidden="true">
          ${t.rows.map((r,o)=>a`<span class=${o===this.rung?"on":""}>${s(r.budget)}</span>`)}
        </div>
      </div>
      <span class="num">${this.aWeek(e,t)}</span>`}aWeek(e,t){return i(e,"model.a_week",{count:p(e,t.rows[this.rung]?.budget??t.budget,2)})}raised(e,t){let s=t.rows[this.rung]?.alarms??[];return a`<p aria-live="polite"><b>${i(e,"model.raised",{count:s.length,days:p(e,t.days)})}</b></p>
      <ul class="list">
        ${s.map(r=>a`<li class="item">
            <span class="num soft when">${y(e,r.start)}</span>
            <span class="text">${r.summary}</span><span class="num soft">${p(e,r.score,1)}</span>
          </li>`)}
      </ul>`}versions(e,t){return a`<h2>${i(e,"model.versions")}</h2>
      ${t.versions.length?a`<table>
            <thead><tr><th>${i(e,"model.version")}</th><th>${i(e,"model.trained")}</th><th>${i(e,"model.behaviors")}</th><th></th></tr></thead>
            <tbody>
              ${t.versions.map(s=>a`<tr>
                  <td class="num">${s.name}</td><td>${y(e,s.trained)}</td><td class="num">${p(e,s.behaviors)}</td>
                  <td>${s.in_use?a`<b>${i(e,"model.in_use")}</b>`:a`<button class="pill" ?disabled=${this.busy} @click=${()=>this.use(s.name)}>${i(e,"model.use")}</button>`}</td>
                </tr>`)}
            </tbody>
          </table>`:a`<p class="soft">${i(e,"state.no_model")}</p>`}`}async use(e){this.busy=!0;try{await C(this.hass,"roll_back",{version:e}),M(this,i(this.hass,"done.roll_back"))}catch(t){M(this,b(t).message)}this.busy=!1,await this.load()}data(e,t){let s=[["stored",p(e,t.behaviors)],["oldest",t.oldest===null?"\u2013":y(e,t.oldest)],["newest",t.newest===null?"\u2013":y(e,t.newest)],["parameters",t.parameters===null?"\u2013":p(e,t.parameters)],...Et.filter(r=>typeof t.about[r]=="number").map(r=>[r,p(e,t.about[r],2)])];return a`<h2>${i(e,"model.data")}</h2>
      <table><tbody>${s.map(([r,o])=>a`<tr><th scope="row">${i(e,`model.${r}`)}</th><td class="num">${o}</td></tr>`)}</tbody></table>`}losses(e,t){return a`<h2>${i(e,"model.losses")}</h2>
      <p class="soft">${i(e,"model.losses_help")}</p>
      <table>
        <thead><tr><th>${i(e,"model.device")}</th><th>${i(e,"model.mean")}</th><th>${i(e,"model.most")}</th><th>${i(e,"model.behaviors")}</th></tr></thead>
        <tbody>
          ${t.slice(0,this.listed).map(s=>a`<tr>
              <td>${s.device}<div class="loss" style="width:${Math.min(100,100*s.mean/ot).toFixed(0)}%"></div></td>
              <td class="num">${k(e,s.mean)}</td><td class="num">${k(e,s.most)}</td>
              <td class="num">${p(e,s.judged)}</td>
            </tr>`)}
        </tbody>
      </table>
      ${t.length>this.listed?a`<button class="pill" @click=${()=>this.listed=t.length}>${i(e,"now.more")}</button>`:n}`}static{this.styles=[f,$,u`
      .columns { columns: 2 420px; column-gap: 16px; }
      .columns > .paper { break-inside: avoid; margin-bottom: 16px; }
      rect { fill: var(--sg-usual); }
      rect.over { fill: var(--sg-strange); }
      line { stroke: var(--sg-strange); stroke-dasharray: 5 5; stroke-width: 1.5; }
      .ladder { flex: 1; min-width: 220px; }
      .rungs { display: flex; justify-content: space-between; font-size: 11px; color: var(--sg-soft); }
      /* As wide as the thumb, so that each number stands below its place. */
      .rungs span { width: 20px; display: flex; justify-content: center; font-variant-numeric: tabular-nums; }
      .rungs .on { color: inherit; font-weight: 600; }
      input[type="range"] {
        appearance: none; display: block; width: 100%; height: 20px; margin: 0; background: none; cursor: pointer;
        --track: linear-gradient(var(--sg-line), var(--sg-line)) center / 100% 4px no-repeat;
      }
      input[type="range"]::-webkit-slider-runnable-track { height: 20px; background: var(--track); }
      input[type="range"]::-moz-range-track { height: 4px; background: var(--sg-line); }
      input[type="range"]::-webkit-slider-thumb {
        appearance: none; width: 20px; height: 20px; border-radius: 50%; background: var(--sg-usual);
      }
      input[type="range"]::-moz-range-thumb { width: 20px; height: 20px; border: none; background: var(--sg-usual); }
      .pill { margin-top: 8px; }
      .bar .pill { margin-top: 0; }
      .item { padding: 6px 0; }
      @media (max-width: 500px) {
        .item { grid-template-columns: minmax(0, 1fr) auto; gap: 0 12px; }
        .item .when { grid-column: 1 / -1; text-align: start; }
      }
      svg { max-width: 520px; margin-bottom: 8px; }
      .loss { height: 5px; border-radius: 3px; margin-top: 3px; min-width: 3px; background: var(--sg-usual); }
    `]}};customElements.get("sg-model")??customElements.define("sg-model",tt);var E=34,O=20,St=14,et=class extends g{constructor(){super();this.rooms=[];this.byRoom=new Map;this.resized=new ResizeObserver(([t])=>this.width=Math.round(t?.contentRect.width??600));this.width=600}static{this.properties={hass:{attribute:!1},rows:{attribute:!1},start:{type:Number},end:{type:Number},width:{state:!0},pointed:{state:!0}}}connectedCallback(){super.connectedCallback(),this.resized.observe(this)}disconnectedCallback(){super.disconnectedCallback(),this.resized.disconnect()}willUpdate(t){t.has("rows")&&(this.byRoom=Map.groupBy(this.rows,s=>s.area??""),this.rooms=[...this.byRoom.keys()].sort((s,r)=>+(s==="")-+(r==="")||s.localeCompare(r)))}get left(){return Math.min(150,this.width*.28)}x(t){return this.left+(t-this.start)/(this.end-this.start)*(this.width-this.left-6)}render(){if(!this.hass||!this.rows.length)return n;let t=O+E*this.rooms.length+4;return a`
      <svg height=${t} viewBox="0 0 ${this.width} ${t}" role="img" aria-label=${this.label()}
        @pointermove=${this.point} @pointerdown=${this.point} @pointerleave=${()=>this.pointed=void 0}>
        ${this.hours(t)}${this.rooms.map((s,r)=>this.room(s,O+E*r))}${this.mark()}
      </svg>
      <div class="told" aria-live="off">${this.pointed?this.told(this.pointed):this.legend()}</div>
    `}label(){let t=this.rows.filter(s=>s.strange).length;return i(this.hass,"now.chart",{count:p(this.hass,this.rows.length),strange:p(this.hass,t)})}hours(t){let s=this.width<520?6:3;return Array.from({length:24/s+1},(r,o)=>{let l=this.start+o*s*3600,d=this.x(Math.min(l,this.end)).toFixed(1),h=o*s===24?"end":"middle";return m`<line class="hour" x1=${d} x2=${d} y1=${O} y2=${t}></line>
        <text x=${d} y="12" text-anchor=${h}>${pt(this.hass,l)}</text>`})}room(t,s){let r=["","",""];for(let d of this.byRoom.get(t)??[]){let h=lt(d.loss,d.strange),_=h===2?24:h===1?18:12;r[h]+=`M${this.x(d.time).toFixed(1)} ${s+E-6}v-${_}`}let o=t||i(this.hass,"now.no_area"),l=Math.max(6,Math.floor(this.left/7));return m`<line class="base" x1=${this.left} x2=${this.width} y1=${s+E-5} y2=${s+E-5}></line>
      <text class="room" x="0" y=${s+E-12}>${o.length>l?`${o.slice(0,l-1)}\u2026`:o}<title>${o}</title></text>
      ${r.map((d,h)=>d?m`<path class="l${h}" d=${d} stroke=${V[h]}></path>`:n)}`}mark(){if(!this.pointed)return n;let t=O+E*this.rooms.indexOf(this.pointed.area??"");return m`<circle class="mark" cx=${this.x(this.pointed.time)} cy=${t+E-5} r="5"></circle>`}legend(){let t=[i(this.hass,"now.usual"),i(this.hass,"now.uncommon"),i(this.hass,"strip.strange")];return a`<span class="soft">${i(this.hass,"now.point")}</span>
      ${t.map((s,r)=>a`<span class="key soft" style="--key:${V[r]}">${s}</span>`)}`}told(t){let s=t.loss===null?"":` \xB7 ${i(this.hass,"strip.loss")} ${k(this.hass,t.loss)}`,r=t.actor?` \xB7 ${i(this.hass,`actor.${t.actor}`)}`:"";return a`<b>${B(this.hass,t.time)}</b> ${t.text}<span class="soft">${r}${s}</span>`}point(t){let s=t.currentTarget.getBoundingClientRect(),r=this.width/s.width,o=(t.clientX-s.left)*r,l=this.rooms[Math.floor(((t.clientY-s.top)*r-O)/E)],d=l===void 0?[]:this.byRoom.get(l)??[],h,_=St;for(let x of d){let z=Math.abs(this.x(x.time)-o)-(x.strange?4:0);z<_&&([h,_]=[x,z])}this.pointed=h}static{this.styles=[f,$,u`
      svg { touch-action: pan-y; overflow: visible; }
      .hour { stroke: var(--sg-line); stroke-width: 1; }
      .base { stroke: var(--sg-line); stroke-width: 1; }
      svg .room { font-size: 13px; fill: var(--primary-text-color); }
      path { stroke-width: 2; stroke-linecap: round; fill: none; opacity: 0.75; }
      .l1 { stroke-width: 2.5; opacity: 0.9; }
      .l2 { stroke-width: 3.5; opacity: 1; }
      .mark { fill: none; stroke: var(--primary-text-color); stroke-width: 2; }
      .told { min-height: 1.6em; padding-top: 8px; }
      .key { display: inline-flex; align-items: center; gap: 6px; margin-inline-start: 14px; white-space: nowrap; }
      .key::before { content: ""; width: 4px; height: 14px; border-radius: 2px; background: var(--key); }
    `]}};customElements.get("sg-day")??customElements.define("sg-day",et);var Mt=500,Lt=40,vt=30,Bt=500,$t=43200,st=class extends g{constructor(){super();this.arrived=[];this.request=0;this.rows=[],this.listed=vt,this.start=0,this.busy=!0,this.strange=!1}static{this.properties={hass:{attribute:!1},status:{attribute:!1},start:{state:!0},rows:{state:!0},view:{state:!0},listed:{state:!0},trouble:{state:!0},busy:{state:!0},strange:{state:!0}}}get today(){return I(this.hass.config.time_zone,Date.now()/1e3)}get end(){return I(this.hass.config.time_zone,this.start+86400+$t/2)}firstUpdated(){this.show(this.today)}updated(t){let s=t.get("status");s&&(s.status!==this.status.status||s.last_trained!==this.status.last_trained)&&(this.reload(),this.look())}disconnectedCallback(){super.disconnectedCallback(),clearTimeout(this.wait),this.wait=void 0}reload(){this.start&&this.load()}add(t){this.arrived.push(t),this.wait??=setTimeout(()=>{this.wait=void 0;let s=this.arrived.filter(o=>o.time>=this.start&&o.time<this.end);this.arrived=[];let r=new Set(s.map(xt));this.rows=[...s.reverse(),...this.rows.filter(o=>!r.has(xt(o)))],this.look()},Bt)}show(t){this.start=t,this.rows=[],this.listed=vt,this.load(),this.look()}async load(){let t=++this.request,[s,r]=[this.start,this.end];this.busy=!0;let o=[];try{let l=null;for(let d=0;d<Lt;d++){let h=await w(this.hass,"timeline",{start:s,end:r,limit:Mt,...l?{before:l}:{}});if(t!==this.request)return;if(o.push(...h.rows),l=h.next,!l)break}this.rows=o,this.trouble=void 0}catch(l){this.rows.length||(this.trouble=b(l))}this.busy=!1}async look(){this.view=await w(this.hass,"explain").catch(()=>this.view)}render(){let t=this.hass;if(!t||!this.start)return n;if(this.trouble)return T(t,this.trouble);let s=this.rows.filter(o=>o.strange).length,r=this.rows.some(o=>o.loss!==null);return a`<div class="grid">
      <section class="paper">
        <div class="bar">
          <button class="pill round" aria-label=${i(t,"now.earlier")}
            @click=${()=>this.show(I(t.config.time_zone,this.start-$t))}>
            <ha-icon .icon=${"mdi:chevron-left"}></ha-icon>
          </button>
          <button class="pill round" aria-label=${i(t,"now.later")} ?disabled=${this.start>=this.today}
            @click=${()=>this.show(this.end)}><ha-icon .icon=${"mdi:chevron-right"}></ha-icon></button>
          <h2>${ht(t,this.start)}</h2>
          <span class="soft num">${i(t,"now.count",{count:p(t,this.rows.length),strange:p(t,s)})}</span>
        </div>
        ${this.rows.length?a`<sg-day .hass=${t} .rows=${this.rows} .start=${this.start} .end=${this.end}></sg-day>
              ${r||!this.status.last_trained?n:a`<p class="soft">${i(t,"now.not_judged")}</p>`}`:this.busy?a`<div class="notice">${i(t,"state.loading")}</div>`:v(t,"empty")}
      </section>
      ${this.view?.rows.length?a`<section class="paper">
            <h2>${i(t,"now.window")}</h2>
            <p class="soft">${i(t,"now.window_help")}</p>
            <sg-strip inline .hass=${t} .rows=${this.view.rows} .first=${this.view.rows.length-1}></sg-strip>
          </section>`:n}
      ${this.rows.length?a`<section class="paper">${this.list(t)}</section>`:n}
    </div>`}list(t){let s=this.strange?this.rows.filter(r=>r.strange):this.rows;return a`<div class="bar">
        <h2>${i(t,"now.list")}</h2>
        <button class="pill" aria-pressed=${this.strange} @click=${()=>this.strange=!this.strange}>${i(t,"now.only_strange")}</button>
      </div>
      ${s.length?n:v(t,"no_alarms")}
      <ul class="list">${s.slice(0,this.listed).map(r=>this.item(t,r))}</ul>
      ${this.listed<s.length?a`<button class="pill" @click=${()=>this.listed+=100}>${i(t,"now.more")}</button>`:n}`}item(t,s){let r=[...s.area?[s.area]:[],...rt[s.actor]?[i(t,`actor.${s.actor}`)]:[],...s.loss===null?[]:[`${i(t,"strip.loss")} ${k(t,s.loss)}`],...s.entity_id===null?[i(t,"now.gone")]:[]];return a`<li class="item">
      <span class="num soft">${B(t,s.time)}</span>
      <span class="text"><ha-icon .icon=${P(t,s)} style="color:${F(s)}"></ha-icon>
        <span>${s.text} <span class="soft">${r.join(" \xB7 ")}</span></span></span>
      ${s.strange?a`<b class="bad">${i(t,"strip.strange")}</b>`:a`<span></span>`}
    </li>`}static{this.styles=[f,$,u`
      .item { padding: 6px 0; }
      .text { display: flex; gap: 10px; }
      ha-icon { flex: none; }
      h2 { margin: 0; }
      .round { padding: 0 9px; }
      section > h2 { margin-bottom: 4px; }
    `]}};customElements.get("sg-now")??customElements.define("sg-now",st);var xt=c=>`${c.time}|${c.entity}|${c.control}`;var A=["now","alarms","habits","model","feedback"],At={now:"mdi:chart-timeline",alarms:"mdi:shield-alert",habits:"mdi:calendar-clock",model:"mdi:brain",feedback:"mdi:comment-check"},it=class extends g{constructor(){super(...arguments);this.feed=new ut(this,{behavior:t=>this.tab("sg-now")?.add(t),alarms:()=>{this.tab("sg-now")?.reload(),this.tab("sg-alarms")?.reload()}})}static{this.properties={hass:{attribute:!1},narrow:{type:Boolean},route:{attribute:!1}}}tab(t){return this.renderRoot.querySelector(t)}get path(){return(this.route?.path??"").split("/").filter(Boolean)}get current(){return A.find(t=>t===this.path[0])??"now"}willUpdate(t){let s=t.get("hass");this.hass&&t.has("hass")&&s?.language!==this.hass.language&&dt(this.hass).then(()=>this.requestUpdate())}shouldUpdate(t){let s=t.get("hass");return t.size!==1||!s||!this.hass?!0:s.localize!==this.hass.localize||s.connected!==this.hass.connected||s.services!==this.hass.services}render(){let t=this.hass;return t?a`
      <header>
        ${this.narrow?a`<button class="menu" aria-label=${i(t,"panel.menu")} @click=${this.menu}>
              <ha-icon .icon=${"mdi:menu"}></ha-icon>
            </button>`:n}
        <h1>SmartGuard</h1>
      </header>
      <nav role="tablist" aria-label="SmartGuard" @keydown=${this.key}>
        ${A.map(s=>a`<button role="tab" id="tab-${s}" aria-selected=${s===this.current}
            aria-controls="main" tabindex=${s===this.current?0:-1} @click=${()=>this.go(s)}>
            <ha-icon .icon=${At[s]}></ha-icon><span>${i(t,`tab.${s}`)}</span>
          </button>`)}
      </nav>
      <main id="main" role="tabpanel" aria-labelledby="tab-${this.current}">${this.content(t)}</main>
    `:n}content(t){if(!t.connected)return v(t,"lost");if(this.feed.trouble)return T(t,this.feed.trouble);let s=this.feed.status;if(!s)return a`<div class="notice">${i(t,"state.loading")}</div>`;let r=s.last_trained?n:v(t,"no_model",s.reason??"");switch(this.current){case"now":return a`${r}<sg-now .hass=${t} .status=${s}></sg-now>`;case"alarms":return a`<sg-alarms .hass=${t} .chosen=${this.path[1]}></sg-alarms>`;case"habits":return a`${r}<sg-habits .hass=${t}></sg-habits>`;case"model":return a`${r}<sg-model .hass=${t} .status=${s}></sg-model>`;case"feedback":return a`<sg-feedback .hass=${t}></sg-feedback>`}}go(t){L(`${this.route?.prefix??"/smartguard"}/${t}`)}key(t){let s={ArrowLeft:-1,ArrowRight:1}[t.key];if(!s)return;let r=A[(A.indexOf(this.current)+s+A.length)%A.length];this.go(r),this.renderRoot.querySelector(`#tab-${r}`)?.focus()}menu(){this.dispatchEvent(new Event("hass-toggle-menu",{bubbles:!0,composed:!0}))}static{this.styles=[f,u`
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
    `]}};customElements.get("smartguard-panel")??customElements.define("smartguard-panel",it);export{it as SmartGuardPanel};
