/* SmartGuard, source 42f9cf60960f5d7a05b487e248812c686d74be16ec8b65d21f3c099a537acb88; parts: Lit (BSD-3-Clause) */
import{A as h,E as M,F as z,G as L,a as y,b as a,c as S,d as l,e as b,f as m,i as R,k as E,r as v,s as d,t as w,y as P}from"./smartguard-chunk-GP4T4T52.js";var g=300,f=48,I=300,k=class extends b{static{this.properties={hass:{attribute:!1},points:{attribute:!1},threshold:{type:Number}}}render(){let r=N(this.points??[],I),t=r.at(-1),e=r[0];if(!this.hass||!e||!t||r.length<2)return l;let s=Math.min(this.threshold-1,...r.map(c=>c.score)),n=Math.max(this.threshold+.5,...r.map(c=>c.score)),i=c=>(c-e.time)/Math.max(1,t.time-e.time)*g,u=c=>f-3-(c-s)/(n-s)*(f-6),p=r.map(c=>`${i(c.time).toFixed(1)},${u(c.score).toFixed(1)}`).join(" "),_=u(this.threshold).toFixed(1),D=d(this.hass,"spark.label",{score:h(this.hass,t.score,1),threshold:h(this.hass,this.threshold,1)});return a`<svg viewBox="0 0 ${g} ${f}" preserveAspectRatio="none" role="img" aria-label=${D}>
      ${S`
        <clipPath id="above"><rect x="0" y="0" width=${g} height=${_}></rect></clipPath>
        <polygon class="area" points="0,${f} ${p} ${g},${f}"></polygon>
        <line class="limit" x1="0" x2=${g} y1=${_} y2=${_}></line>
        <polyline class="line" points=${p}></polyline>
        <polyline class="line over" clip-path="url(#above)" points=${p}></polyline>`}
    </svg>`}static{this.styles=[v,y`
      :host { display: block; }
      svg { width: 100%; height: 48px; display: block; overflow: visible; }
      .line { fill: none; stroke: var(--sg-usual); stroke-width: 1.6; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
      .over { stroke: var(--sg-strange); }
      .area { fill: color-mix(in srgb, var(--sg-usual) 12%, transparent); }
      .limit { stroke: var(--sg-strange); stroke-width: 1; stroke-dasharray: 4 4; opacity: 0.7; vector-effect: non-scaling-stroke; }
    `]}};customElements.get("sg-spark")??customElements.define("sg-spark",k);function N(o,r){if(o.length<=r)return o;let t=o.length/r;return Array.from({length:r},(e,s)=>o.slice(Math.floor(s*t),Math.max(Math.floor(s*t)+1,Math.floor((s+1)*t))).reduce((n,i)=>i.score>n.score?i:n))}var O=400,U=24,x=class extends b{constructor(){super();this.feed=new M(this,{status:(t,e)=>this.statusChanged(t,e),behavior:(t,e)=>{this.points=[...this.points,{time:t.time,score:e}].slice(-2e3),this.refreshSoon()},alarms:()=>this.refreshSoon()});this.points=[]}static{this.properties={hass:{attribute:!1},config:{state:!0},view:{state:!0},latest:{state:!0},points:{state:!0},trouble:{state:!0}}}setConfig(t){if(!t)throw new Error("Expected a configuration");this.config=t}getCardSize(){return 5}getGridOptions(){return{columns:12,min_columns:6,rows:"auto"}}get anomaly(){return this.config.entity??"binary_sensor.smartguard_anomaly"}willUpdate(t){let e=t.get("hass");this.hass&&t.has("hass")&&e?.language!==this.hass.language&&w(this.hass).then(()=>this.requestUpdate())}shouldUpdate(t){let e=t.get("hass");return t.size!==1||!e||!this.hass?!0:e.localize!==this.hass.localize||e.connected!==this.hass.connected||e.services!==this.hass.services||e.states[this.anomaly]!==this.hass.states[this.anomaly]}statusChanged(t,e){!e?.loaded&&t.score_entity&&this.loadScores(t.score_entity),(!e?.loaded||e.alarm?.episode_id!==t.alarm?.episode_id||e.last_trained!==t.last_trained)&&this.refreshSoon()}refreshSoon(){this.settle??=setTimeout(()=>{this.settle=void 0,this.refresh()},O)}async refresh(){let t=this.hass;if(t)try{let[e,s]=await Promise.all([m(t,"explain"),m(t,"alarms",{limit:1})]);this.view=e,this.latest=s.rows[0],this.trouble=void 0}catch(e){this.trouble=R(e)}}async loadScores(t){let e=new Date(Date.now()-(this.config.hours??U)*36e5).toISOString(),n=((await this.hass?.callWS({type:"history/history_during_period",start_time:e,entity_ids:[t],minimal_response:!0,no_attributes:!0,include_start_time_state:!1}).catch(()=>{}))?.[t]??[]).map(i=>({time:i.lu,score:Number(i.s)}));this.points=[...n.filter(i=>Number.isFinite(i.score)),...this.points]}disconnectedCallback(){super.disconnectedCallback(),clearTimeout(this.settle),this.settle=void 0}render(){let t=this.hass;return!t||!this.config?l:a`<ha-card>${this.header(t)}<div class="body">${this.body(t)}</div></ha-card>`}header(t){let{icon:e,tone:s,text:n}=this.headline(t);return a`<button class="head ${s}" @click=${()=>E(this,this.anomaly)}>
      <span class="badge"><ha-icon .icon=${e}></ha-icon></span>
      <span class="line">
        <span class="title">${this.config.title??"SmartGuard"}</span>
        <span class="status" role="status">${n}</span>
      </span>
    </button>`}headline(t){let e=this.feed.status,s=(i,u,p)=>({icon:i,tone:u,text:d(t,`headline.${p}`)});if(!t.connected)return s("mdi:lan-disconnect","off","lost");let n=this.feed.trouble;if(n?.kind==="unauthorized"){let i=t.states[this.anomaly]?.state;return i==="on"?s("mdi:shield-alert","bad","unusual"):i==="off"?s("mdi:shield-check","good","usual"):s("mdi:shield-off","off","unknown")}if(n)return s("mdi:shield-off","off",n.kind);if(!e)return s("mdi:shield-home","off","loading");if(e.alarm)return s("mdi:shield-alert","bad","unusual");switch(e.status){case"guarding":return s("mdi:shield-check","good","usual");case"training":return e.last_trained?s("mdi:shield-check","good","usual"):s("mdi:school","busy","training");case"importing":return s("mdi:database-import","busy","importing");case"collecting":return s("mdi:school","busy","collecting");case"paused":return s("mdi:shield-off","off","paused");case"failed":return s("mdi:alert-circle-outline","bad","failed");default:return{icon:"mdi:shield-home",tone:"off",text:String(e.status??"")}}}body(t){let e=this.feed.trouble??this.trouble;if(!t.connected)return z(t,"lost");if(e?.kind==="unauthorized")return this.summary(t.states[this.anomaly]?.attributes.summary);if(e)return L(t,e);let s=this.feed.status;if(!s)return a`<div class="notice">${d(t,"state.loading")}</div>`;let n=s.alarm??this.latest;return a`
      ${this.progress(t,s)}
      ${n?this.alarm(t,n):s.last_trained?a`<p class="soft">${d(t,"card.nothing_yet")}</p>`:l}
      ${this.config.window!==!1&&this.view?.rows.length?a`<sg-strip .hass=${t} .rows=${this.view.rows}></sg-strip>`:l}
      ${this.config.spark!==!1&&s.threshold!==null&&s.last_trained?a`<sg-spark .hass=${t} .points=${this.points} .threshold=${s.threshold}></sg-spark>`:l}
      ${this.config.buttons!==!1&&s.last_trained?a`<sg-actions .hass=${t} .episodeId=${n?.episode_id} snooze @sg-acted=${this.refreshSoon}></sg-actions>`:l}
    `}summary(t){return a`${typeof t=="string"?a`<p>${t}</p>`:l}
      <p class="soft">${d(this.hass,"card.details_for_admins")}</p>`}progress(t,e){if(e.progress===null&&e.last_trained)return l;let s=e.progress??0,n=e.reason?a`<div class="soft">${e.reason}</div>`:l;return a`
      ${e.progress===null?l:a`<div class="progress" role="progressbar" aria-label=${d(t,"card.learning")} aria-valuemin="0"
            aria-valuemax="100" aria-valuenow=${s.toFixed(0)}><span style="width:${s.toFixed(0)}%"></span></div>`}
      ${e.last_trained?l:a`<p class="soft">${d(t,"card.learned_so_far",{count:h(t,e.behaviors)})}</p>${n}`}
    `}alarm(t,e){return a`<p class=${e.end===null?"alarm open":"alarm"}>
      ${e.end===null?l:a`<span class="soft">${d(t,"card.last")} · ${P(t,e.start)}</span><br />`}
      ${e.summary}
    </p>`}static{this.styles=[v,y`
      ha-card { display: block; height: 100%; box-sizing: border-box; overflow: hidden; }
      .head { display: flex; align-items: center; gap: 14px; width: 100%; padding: 14px 16px 6px; text-align: start; }
      .badge {
        width: 42px; height: 42px; flex: none; border-radius: 50%; display: grid; place-items: center;
        color: var(--tone); background: color-mix(in srgb, var(--tone) 18%, transparent); --mdc-icon-size: 24px;
      }
      .good { --tone: var(--success-color, #43a047); }
      .bad { --tone: var(--sg-strange); }
      .busy { --tone: var(--sg-usual); }
      .off { --tone: var(--sg-soft); }
      .line { display: grid; min-width: 0; }
      .title { font-size: 12px; color: var(--sg-soft); }
      .status { font-size: 17px; font-weight: 500; }
      .body { padding: 0 16px 16px; display: grid; gap: 12px; }
      p { margin: 0; overflow-wrap: anywhere; }
      .alarm { padding: 10px 12px; border-radius: 12px; background: color-mix(in srgb, var(--sg-soft) 8%, transparent); }
      .alarm.open { background: color-mix(in srgb, var(--sg-strange) 14%, transparent); }
      .progress { height: 6px; border-radius: 3px; overflow: hidden; background: color-mix(in srgb, var(--sg-usual) 16%, transparent); }
      .progress span { display: block; height: 100%; background: var(--sg-usual); transition: width 0.4s; }
    `]}};var C={columns:"full"},H=class extends HTMLElement{static async generate(r,t){let[e]=await Promise.all([m(t,"devices").catch(()=>({rows:[]})),w(t)]),n=[...Map.groupBy(e.rows,i=>i.area??"")].sort(([i],[u])=>+(i==="")-+(u==="")||i.localeCompare(u));return{type:"sections",max_columns:3,sections:[{type:"grid",cards:[{type:"custom:smartguard-card",grid_options:C}]},...n.map(([i,u])=>j(i||d(t,"strategy.no_area"),u,r))]}}};function j(o,r,t){let e=r.flatMap(s=>s.loss_entity?[{entity:s.loss_entity,name:s.device}]:[]);return{type:"grid",cards:[{type:"heading",heading:o},...e.length?[{type:"history-graph",hours_to_show:t.hours??24,entities:e,grid_options:C}]:[],{type:"statistics-graph",days_to_show:t.days??30,period:"day",stat_types:["mean","max"],entities:r.map(s=>({entity:s.statistic_id,name:s.device})),grid_options:C}]}}customElements.get("ll-strategy-view-smartguard")||customElements.define("ll-strategy-view-smartguard",H);var $="smartguard-card";function A(o,r){let t=o.entities?.[r];return t?.platform==="smartguard"&&t.translation_key==="anomaly"}var T=class extends x{static getStubConfig(r){let t=Object.keys(r.states).find(e=>A(r,e));return t?{entity:t}:{}}static getConfigForm(){return{schema:[{name:"entity",selector:{entity:{filter:{integration:"smartguard",domain:"binary_sensor"}}}},{name:"title",selector:{text:{}}},{name:"",type:"grid",schema:[{name:"window",default:!0,selector:{boolean:{}}},{name:"spark",default:!0,selector:{boolean:{}}},{name:"buttons",default:!0,selector:{boolean:{}}},{name:"hours",default:24,selector:{number:{min:1,max:168,mode:"box"}}}]}],computeLabel:r=>F(`editor.${r.name}`),computeHelper:r=>r.name==="hours"||r.name==="entity"?F(`editor.${r.name}_helper`):void 0}}};function F(o){let r=document.querySelector("home-assistant");return d(r?.hass??{localize:()=>""},o)}customElements.get($)||(customElements.define($,T),window.customCards=[...window.customCards??[],{type:$,name:"SmartGuard",description:"Is everything at home as usual, and if not, why",preview:!0,getEntitySuggestion:(o,r)=>A(o,r)?{config:{type:`custom:${$}`,entity:r}}:null}]);
