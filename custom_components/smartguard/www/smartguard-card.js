/* SmartGuard, source b57d1bde633b1363010d789d57e5895910111548c5a28e042eeb77eb14a9f0f5; parts: Lit (BSD-3-Clause) */
import{B as S,D as m,G as T,J as w,K as C,L as O,M as I,N as A,O as F,a as f,b as l,c as M,d,e as y,f as p,i as N,k as D,t as b,u as a,v,x as L}from"./smartguard-chunk-O4OI6VXJ.js";async function U(i,r,t){return((await i.callWS({type:"history/history_during_period",start_time:new Date(Date.now()-t*36e5).toISOString(),entity_ids:[r],minimal_response:!0,no_attributes:!0}).catch(()=>{}))?.[r]??[]).map(s=>({time:s.lu,score:Number(s.s)})).filter(s=>Number.isFinite(s.score))}function j(i,r){return i.at(-1)?.score===r?i:[...i,{time:Date.now()/1e3,score:r}].slice(-2e3)}var h=300,x=48,Y=300,Z=3,P=class extends y{static{this.properties={hass:{attribute:!1},points:{attribute:!1},threshold:{type:Number},hours:{type:Number}}}render(){let r=Date.now()/1e3,t=r-this.hours*3600,e=K(J(this.points??[],t),Y),s=e.at(-1);if(!this.hass||!s)return d;let o=this.threshold-Z,n=Math.max(this.threshold+.5,...e.map(u=>u.score)),c=u=>((u-t)/(r-t)*h).toFixed(1),g=u=>(x-3-Math.max(0,u-o)/(n-o)*(x-6)).toFixed(1),k=e.map((u,V)=>`${V?`H${c(u.time)}V`:`M${c(u.time)} `}${g(u.score)}`).join("")+`H${h}`,q=c(e[0]?.time??t),H=g(this.threshold),B=a(this.hass,"spark.label",{score:m(this.hass,s.score,1),threshold:m(this.hass,this.threshold,1)});return l`<div class="row"><span>${a(this.hass,"spark.title")}</span><span class="told">${a(this.hass,"spark.told")}</span></div>
      <svg viewBox="0 0 ${h} ${x}" preserveAspectRatio="none" role="img" aria-label=${B}>
        ${M`
          <clipPath id="above"><rect x="0" y="0" width=${h} height=${H}></rect></clipPath>
          <path class="area" d="${k}V${x}H${q}Z"></path>
          <line class="limit" x1="0" x2=${h} y1=${H} y2=${H}></line>
          <path class="line" d=${k}></path>
          <path class="line over" clip-path="url(#above)" d=${k}></path>`}
      </svg>
      <div class="row"><span>${T(this.hass,this.hours)}</span><span>${T(this.hass,0)}</span></div>`}static{this.styles=[b,f`
      :host { display: block; }
      .row { display: flex; justify-content: space-between; gap: 12px; font-size: 11px; color: var(--sg-soft); }
      .told::before {
        content: ""; display: inline-block; width: 18px; margin-inline-end: 6px; vertical-align: middle;
        border-top: 1px dashed var(--sg-strange);
      }
      svg { width: 100%; height: 48px; display: block; margin: 2px 0; }
      .line { fill: none; stroke: var(--sg-usual); stroke-width: 1.6; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
      .over { stroke: var(--sg-strange); }
      .area { fill: color-mix(in srgb, var(--sg-usual) 12%, transparent); }
      .limit { stroke: var(--sg-strange); stroke-width: 1; stroke-dasharray: 4 4; opacity: 0.7; vector-effect: non-scaling-stroke; }
    `]}};customElements.get("sg-spark")??customElements.define("sg-spark",P);function J(i,r){let t=i.findLastIndex(s=>s.time<=r);return(t<0?i:i.slice(t)).map(s=>s.time<r?{...s,time:r}:s)}function K(i,r){if(i.length<=r)return i;let t=i.length/r;return Array.from({length:r},(e,s)=>i.slice(Math.floor(s*t),Math.max(Math.floor(s*t)+1,Math.floor((s+1)*t))).reduce((o,n)=>n.score>o.score?n:o))}var Q=400,X=24,$=class extends y{constructor(){super();this.feed=new I(this,{status:(t,e)=>this.statusChanged(t,e),behavior:()=>this.refreshSoon(),alarms:()=>this.refreshSoon()},!0);this.points=[]}static{this.properties={hass:{attribute:!1},config:{state:!0},view:{state:!0},latest:{state:!0},points:{state:!0},trouble:{state:!0}}}setConfig(t){if(!t)throw new Error("Expected a configuration");let e=this.config?.hours;this.config=t;let s=this.feed.status?.score_entity;s&&e!==t.hours&&this.load(s)}getCardSize(){return 5}getGridOptions(){return{columns:12,min_columns:6,rows:"auto"}}get anomaly(){return this.config.entity??"binary_sensor.smartguard_anomaly"}get hours(){return this.config.hours??X}willUpdate(t){let e=t.get("hass");!this.hass||!t.has("hass")||(e?.language!==this.hass.language&&v(this.hass).then(()=>this.requestUpdate()),e&&!e.connected&&this.hass.connected&&this.refreshSoon())}shouldUpdate(t){let e=t.get("hass");return t.size!==1||!e||!this.hass?!0:e.localize!==this.hass.localize||e.connected!==this.hass.connected||e.services!==this.hass.services||w(this.hass)&&C(e).some((s,o)=>s!==C(this.hass)[o])}statusChanged(t,e){!e?.loaded&&t.score_entity&&this.load(t.score_entity),t.score!==null&&(this.points=j(this.points,t.score)),(!e?.loaded||e.alarm?.episode_id!==t.alarm?.episode_id||e.last_trained!==t.last_trained)&&this.refreshSoon()}refreshSoon(){this.settle??=setTimeout(()=>{this.settle=void 0,this.refresh()},Q)}async refresh(){let t=this.hass;if(!(!t||w(t)))try{let[e,s]=await Promise.all([p(t,"explain"),p(t,"alarms",{limit:1})]);this.view=e,this.latest=s.rows[0],this.trouble=void 0}catch(e){this.trouble=N(e)}}async load(t){if(!this.hass)return;let e=await U(this.hass,t,this.hours),s=e.at(-1)?.time??0;this.points=[...e,...this.points.filter(o=>o.time>s)]}disconnectedCallback(){super.disconnectedCallback(),clearTimeout(this.settle),this.settle=void 0}render(){let t=this.hass;return!t||!this.config?d:l`<ha-card>${this.header(t)}<div class="body">${this.body(t)}</div></ha-card>`}header(t){let{icon:e,tone:s,text:o}=this.headline(t);return l`<button class="head ${s}" @click=${()=>D(this,this.anomaly)}>
      <span class="badge"><ha-icon .icon=${e}></ha-icon></span>
      <span class="line">
        <span class="title">${this.config.title??"SmartGuard"}</span>
        <span class="status" role="status">${o}</span>
      </span>
    </button>`}headline(t){let e=this.feed.status,s=(n,c,g)=>({icon:n,tone:c,text:a(t,`headline.${g}`)});if(!t.connected)return s("mdi:lan-disconnect","off","lost");let o=this.feed.trouble;if(o)return s("mdi:shield-off","off",o.kind);if(!e)return s("mdi:shield-home","off","loading");if(e.alarm)return s("mdi:shield-alert","bad","unusual");switch(e.status){case"guarding":return s("mdi:shield-check","good","usual");case"training":return e.last_trained?s("mdi:shield-check","good","usual"):s("mdi:school","busy","training");case"importing":return s("mdi:database-import","busy","importing");case"collecting":return s("mdi:school","busy","collecting");case"paused":return s("mdi:shield-off","off","paused");case"failed":return s("mdi:alert-circle-outline","bad","failed");default:return{icon:"mdi:shield-home",tone:"off",text:String(e.status??"")}}}body(t){let e=this.feed.trouble??this.trouble;if(!t.connected)return A(t,"lost");if(e)return F(t,e);let s=this.feed.status;if(!s)return l`<div class="notice">${a(t,"state.loading")}</div>`;let o=w(t),n=s.alarm??(o?O(t):this.latest);return l`
      ${this.progress(t,s)}
      ${s.snoozed===null?d:this.snoozed(t,s.snoozed)}
      ${n?this.alarm(t,n):s.last_trained?l`<p class="soft">${a(t,"card.nothing_yet")}</p>`:d}
      ${this.config.window!==!1&&this.view?.rows.length?l`<sg-strip .hass=${t} .rows=${this.view.rows}></sg-strip>`:d}
      ${this.config.spark!==!1&&s.threshold!==null&&s.last_trained?l`<sg-spark .hass=${t} .points=${this.points} .threshold=${s.threshold} .hours=${this.hours}></sg-spark>`:d}
      ${this.config.buttons!==!1&&s.last_trained?l`<sg-actions .hass=${t} .episodeId=${n?.episode_id} .snoozed=${s.snoozed!==null} snooze
            @sg-acted=${this.refreshSoon}></sg-actions>`:d}
      ${o?l`<p class="soft small">${a(t,"card.details_for_admins")}</p>`:d}
    `}snoozed(t,e){let s=typeof e=="number"?a(t,"card.snoozed",{time:S(t,e)}):a(t,"card.snoozed_home");return l`<p class="line-up"><ha-icon .icon=${"mdi:bell-sleep"}></ha-icon>${s}</p>`}progress(t,e){if(e.progress===null&&e.last_trained)return d;let s=e.progress??0,o=e.reason?l`<div class="soft">${e.reason}</div>`:d;return l`
      ${e.progress===null?d:l`<div class="progress" role="progressbar" aria-label=${a(t,"card.learning")} aria-valuemin="0"
            aria-valuemax="100" aria-valuenow=${s.toFixed(0)}><span style="width:${s.toFixed(0)}%"></span></div>`}
      ${e.last_trained?d:l`<p class="soft">${a(t,"card.learned_so_far",{count:m(t,e.behaviors)})}</p>${o}`}
    `}alarm(t,e){let s=e.end===null?a(t,"card.since",{time:L(t,e.start)}):`${a(t,"card.last")} \xB7 ${S(t,e.start)}`;return l`<p class=${e.end===null?"alarm open":"alarm"}>
      <span class="soft small">${s}</span><br />${e.summary||a(t,"state.no_sentence")}
    </p>`}static{this.styles=[b,f`
      ha-card { display: block; height: 100%; box-sizing: border-box; }
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
      .small { font-size: 12px; }
      .line-up { display: flex; gap: 8px; align-items: center; --mdc-icon-size: 18px; }
      .alarm { padding: 10px 12px; border-radius: 12px; background: color-mix(in srgb, var(--sg-soft) 8%, transparent); }
      .alarm.open { background: color-mix(in srgb, var(--sg-strange) 14%, transparent); }
      .progress { height: 6px; border-radius: 3px; overflow: hidden; background: color-mix(in srgb, var(--sg-usual) 16%, transparent); }
      .progress span { display: block; height: 100%; background: var(--sg-usual); transition: width 0.4s; }
    `]}};var R={columns:"full"},E=class extends HTMLElement{static async generate(r,t){let[e]=await Promise.all([p(t,"devices").catch(()=>({rows:[]})),v(t)]),o=[...Map.groupBy(e.rows,n=>n.area??"")].sort(([n],[c])=>+(n==="")-+(c==="")||n.localeCompare(c));return{type:"sections",max_columns:3,sections:[{type:"grid",cards:[{type:"custom:smartguard-card",grid_options:R}]},...o.map(([n,c])=>tt(t,n||a(t,"strategy.no_area"),c,r))]}}};function tt(i,r,t,e){let o=t.filter(n=>Number.isFinite(Number(i.states[n.loss_entity??""]?.state))).map(n=>({entity:n.loss_entity,name:n.device}));return{type:"grid",cards:[{type:"heading",heading:r},...o.length?[{type:"history-graph",hours_to_show:e.hours??24,entities:o,grid_options:R}]:[],{type:"statistics-graph",days_to_show:e.days??30,period:"day",stat_types:["mean","max"],entities:t.map(n=>({entity:n.statistic_id,name:n.device})),grid_options:R}]}}customElements.get("ll-strategy-view-smartguard")||customElements.define("ll-strategy-view-smartguard",E);var _="smartguard-card";function W(i,r){let t=i.entities?.[r];return t?.platform==="smartguard"&&t.translation_key==="anomaly"}var z=class extends ${static getStubConfig(r){let t=Object.keys(r.states).find(e=>W(r,e));return t?{entity:t}:{}}static getConfigForm(){return{schema:[{name:"entity",selector:{entity:{filter:{integration:"smartguard",domain:"binary_sensor"}}}},{name:"title",selector:{text:{}}},{name:"",type:"grid",schema:[{name:"window",default:!0,selector:{boolean:{}}},{name:"spark",default:!0,selector:{boolean:{}}},{name:"buttons",default:!0,selector:{boolean:{}}},{name:"hours",default:24,selector:{number:{min:1,max:168,mode:"box"}}}]}],computeLabel:r=>G(`editor.${r.name}`),computeHelper:r=>r.name==="hours"||r.name==="entity"?G(`editor.${r.name}_helper`):void 0}}};function G(i){let r=document.querySelector("home-assistant");return a(r?.hass??{localize:()=>""},i)}customElements.get(_)||(customElements.define(_,z),window.customCards=[...window.customCards??[],{type:_,name:"SmartGuard",description:"Is everything at home as usual, and if not, why",preview:!0,getEntitySuggestion:(i,r)=>W(i,r)?{config:{type:`custom:${_}`,entity:r}}:null}]);
